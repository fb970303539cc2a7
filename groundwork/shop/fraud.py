"""Card payments as a processor reports them: 40,000 rows for the fraud case, about one in 200 of them fraud.

Columns: `id`; `time`: UTC; `card`: a token, the same for the same card; `amount` and `currency`; `category` of the
dearest item; `country_match`: 1 if the card was issued where the goods go; `device_age_days`: since the device was
first seen here; `attempts_last_hour`: with this card or device, this one and declined ones included;
`address_match`: 1 if billing and delivery address agree; `hour`: local; `is_fraud`. Rows stand in the order of time.
Among them are all card payments of the ledger's orders; the others are other people's, not in the database.

The patterns, each a conjunction that no single column gives away:
- card testing (half): bursts of small amounts within minutes, mostly new devices, other addresses, many attempts;
- account takeover (a third): a card with a history, a new device, a dear item that resells, another address, at night;
- friendly fraud (the rest): ordinary payments disputed later, in nothing different from others. That is label noise:
  no model finds them, and a score near 100 % means a leak.
Honest payments look like each of these now and then: travellers, new phones, presents, typing errors, small parts.
In the last eight weeks testers try fewer times and larger sums: a model trained before meets a drift.
"""

import datetime
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from groundwork.shop.dice import Dice
from groundwork.shop.drafts import CALENDAR, UTC_OFFSETS, moment
from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger
from groundwork.shop.people import SHARES
from groundwork.shop.records import Category, Region
from groundwork.shop.rules import CURRENCIES, DAY, LAST_DAY, RATES, REGIONS
from groundwork.shop.wheel import Wheel

ROWS, CARDS = 40_000, 9_000
BURSTS, BURST, TAKEOVERS, FRIENDLY = (11, 13), (7, 10), (60, 72), (28, 38)
DRIFT = LAST_DAY - 55 * DAY
HEADER = (
    "id,time,card,amount,currency,category,country_match,device_age_days,attempts_last_hour,address_match,hour,is_fraud"
)
RESELLS = ("electronics", "tents", "clothing", "footwear")
MOST = 11  # attempts that honest people need, too
ATTEMPTS = Wheel(range(1, MOST + 1), (9180, 540, 140, 60, 32, 18, 10, 8, 6, 4, 2))


class Payment(NamedTuple):
    """A row before it has a number; the amount in cents of the region's currency."""

    at: datetime.datetime
    card: str
    region: Region
    amount: int
    category: Category
    country_match: int
    device_age: int
    attempts: int
    address_match: int
    fraud: int = 0


class Sale(NamedTuple):
    """What the ledger says about an amount: cents of a dollar, and the dearest item's category."""

    amount: int
    category: Category


def payments(facts: Facts, ledger: Ledger) -> str:
    """The payments of a world as CSV text; the same for the same seed everywhere."""
    feed = Feed(facts, ledger)
    rows = [*feed.testing(), *feed.takeovers(), *feed.of_orders()]
    friendly = feed.dice.integer(*FRIENDLY)
    rows += [feed.honest(fraud=int(place < friendly)) for place in range(ROWS - len(rows))]
    rows.sort()
    return HEADER + "\n" + "".join(printed(number, row) for number, row in enumerate(rows, start=1))


def printed(number: int, row: Payment) -> str:
    """A row as a line."""
    amount = f"{row.amount // 100}.{row.amount % 100:02}"
    hour = (row.at.hour + UTC_OFFSETS[row.region]) % 24
    return (
        f"T{number:05},{row.at.isoformat()},{row.card},{amount},{CURRENCIES[row.region]},{row.category},"
        f"{row.country_match},{row.device_age},{row.attempts},{row.address_match},{hour},{row.fraud}\n"
    )


class Feed:
    """Draws payments; amounts and categories are those of the ledger's orders, moved a little."""

    def __init__(self, facts: Facts, ledger: Ledger) -> None:
        self.dice = Dice(facts.seed, "card payments")
        self.seed, self.ledger = facts.seed, ledger
        regions, numbers = Wheel(REGIONS, SHARES), range(CARDS)
        cards = [(self.token(number), regions.spin(self.dice)) for number in numbers]
        self.cards = Wheel(cards, (4000 // (number + 25) + 4 for number in numbers))
        self.region = {customer.id: customer.region for customer in ledger.customers}
        category = {product.sku: product.category for product in ledger.products}
        self.sales = {}
        for order in ledger.orders:
            dearest = max(order.items, key=lambda item: (item.unit_price, item.sku))
            cents = round(order.total * 100) * 100 // RATES[self.region[order.customer]]
            self.sales[order.id] = Sale(cents, category[dearest.sku])
        self.deals = tuple(self.sales.values())
        self.resold = tuple(sale for sale in self.deals if sale.category in RESELLS and sale.amount > 15000)

    def token(self, *parts: object) -> str:
        """What stands for a card."""
        text = "/".join(str(part) for part in (self.seed, "card", *parts))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def honest(self, fraud: int = 0) -> Payment:
        """Anybody's payment; with `fraud` one that is disputed later."""
        dice = self.dice
        card, region = self.cards.spin(dice)
        amount, category = dice.pick(self.deals)
        amount = amount * dice.integer(50, 130) // 100 if dice.chance(0.95) else dice.integer(150, 2500)  # small parts
        at = moment(region, CALENDAR.spin(dice), dice)
        return Payment(at, card, region, local(amount, region), category, *self.circumstances(), fraud)

    def circumstances(self) -> tuple[int, int, int, int]:
        """Country match, device age, attempts and address match of an honest payment, odd ones included."""
        dice = self.dice
        odd = dice.uniform()
        if odd < 0.006:  # a present ordered on a new phone, after some typing errors
            return 1, dice.integer(0, 1), dice.integer(1, 5), 0
        if odd < 0.016:  # a traveller
            return 0, self.device_age(), dice.integer(1, 3), int(dice.chance(0.4))
        return int(dice.chance(0.985)), self.device_age(), ATTEMPTS.spin(dice), int(dice.chance(0.88))

    def device_age(self) -> int:
        """Days: one device in eight is new, the others are up to four years old."""
        dice = self.dice
        return dice.integer(0, 2) if dice.chance(0.12) else 3 + dice.integer(0, 38) * dice.integer(0, 38)

    def of_orders(self) -> Iterator[Payment]:
        """The card payments of the ledger's own orders."""
        orders = {order.id: order for order in self.ledger.orders}
        for part in self.ledger.payments:
            if part.method == "card" and part.status == "paid":
                order = orders[part.order]
                region, category = self.region[order.customer], self.sales[order.id].category
                card = self.token(order.customer, part.card)
                yield Payment(order.placed, card, region, part.amount_cents, category, *self.circumstances())

    def testing(self) -> Iterator[Payment]:
        """Card testing: each burst tries stolen cards one after the other, by day or by night."""
        dice = self.dice
        for burst in range(dice.integer(*BURSTS)):
            day = CALENDAR.spin(dice) if burst > 2 else DRIFT + dice.integer(0, 54) * DAY
            at = datetime.datetime(day.year, day.month, day.day, dice.integer(0, 22), dice.integer(0, 59))
            later = day >= DRIFT
            for place in range(dice.integer(*BURST)):
                at += datetime.timedelta(seconds=dice.integer(15, 240))
                card, region = self.cards.spin(dice)
                card = card if dice.chance(0.5) else self.token("stolen", burst, place)
                amount = local(dice.integer(1800, 6500) if later else dice.integer(100, 1500), region)
                attempts = dice.integer(1, 3) if later else min(dice.integer(1 + place // 3, 4 + place), MOST)
                age = 0 if dice.chance(0.7) else dice.integer(1, 60)
                match = int(dice.chance(0.55)), age, attempts, int(dice.chance(0.2))
                yield Payment(at, card, region, amount, dice.pick(self.deals).category, *match, 1)

    def takeovers(self) -> Iterator[Payment]:
        """Account takeover: somebody else buys what can be sold again, mostly at the owner's night."""
        dice = self.dice
        for _ in range(dice.integer(*TAKEOVERS)):
            card, region = self.cards.spin(dice)
            sale = dice.pick(self.resold)
            at = moment(region, CALENDAR.spin(dice), dice)
            if dice.chance(0.6):
                at = at.replace(hour=(dice.integer(0, 5) - UTC_OFFSETS[region]) % 24)
            match = int(dice.chance(0.8)), dice.integer(0, 2) if dice.chance(0.85) else self.device_age()
            tries = dice.integer(1, 5), int(dice.chance(0.12))
            amount = local(sale.amount * dice.integer(110, 190) // 100, region)
            yield Payment(at, card, region, amount, sale.category, *match, *tries, 1)


def local(amount: int, region: Region) -> int:
    """Cents of a dollar in cents of the region's currency."""
    return max(1, amount * RATES[region] // 100)
