"""What customers do on the web shop: 60,000 events for the recommendation case; card payments come from `fraud`.

Columns of `interactions`: `customer` and `sku` as in the database; `event`: view, basket, purchase or rating;
`timestamp`: UTC; `session`: a visit, numbered by its start; `rating`: 1 to 5 for ratings, else empty. Rows stand in the
order of time.

What can be learned: customers have tastes (see `tastes`), and a session stays within a family, wanders to what goes
with it, or follows the taste; one view in twenty is chance. Popularity has a long tail; some products are new or hardly
known and some customers new, so cold starts are there to be met. Purchases are exactly the lines of all orders at
the moment they were placed; ratings follow deliveries and depend on the product, on whether it suits the
customer's persona, and on whether it came back. What cannot: there is no effect of a text, a picture or a position.
"""

import datetime
from collections.abc import Iterator, Sequence

from groundwork.shop import people
from groundwork.shop.dice import Dice
from groundwork.shop.drafts import CALENDAR, moment
from groundwork.shop.facts import Facts
from groundwork.shop.fraud import payments
from groundwork.shop.ledger import Ledger
from groundwork.shop.records import Category, Order, Product
from groundwork.shop.rules import DAY, NOW
from groundwork.shop.tastes import MIXES, Tastes
from groundwork.shop.wheel import Wheel

__all__ = ["interactions", "payments"]

ROWS = 60_000
START = datetime.datetime(2025, 3, 1)
GOES_WITH: dict[Category, tuple[Category, ...]] = {
    "tents": ("sleeping", "furniture"), "sleeping": ("tents", "cookware"), "backpacks": ("footwear", "sleeping"),
    "footwear": ("clothing", "backpacks"), "clothing": ("footwear", "backpacks"),
    "electronics": ("backpacks", "tents"), "cookware": ("tents", "furniture"), "climbing": ("footwear", "backpacks"),
    "furniture": ("garden", "cookware"), "bedding": ("furniture", "bedding"), "garden": ("furniture", "garden"),
}  # fmt: skip
LENGTHS = Wheel(range(1, 16), (30, 22, 16, 12, 9, 7, 6, 5, 4, 3, 3, 2, 2, 1, 1))
RATED = 0.3

Event = tuple[int, str, str, str, str]  # seconds since START, customer, sku, event, rating
Session = list[Event]


def interactions(facts: Facts, products: Sequence[Product], ledger: Ledger) -> str:
    """The events of a world as CSV text; the same for the same seed everywhere."""
    dice = Dice(facts.seed, "interactions")
    browser = Browser(facts, products, ledger, dice)
    sessions = [browser.shopping(order) for order in ledger.orders]
    sessions += browser.ratings()
    missing = ROWS - sum(map(len, sessions))
    for session in browser.visits():
        sessions.append(session[:missing])
        missing -= len(sessions[-1])
        if missing <= 0:
            break
    sessions.sort()
    rows = [
        (at, number, place, f"{customer},{sku},{event},{iso(at)},S{number:05},{rating}\n")
        for number, session in enumerate(sessions, start=1)
        for place, (at, customer, sku, event, rating) in enumerate(session)
    ]
    rows.sort()
    return "customer,sku,event,timestamp,session,rating\n" + "".join(row[3] for row in rows)


def iso(seconds: int) -> str:
    """Seconds since START as `2026-03-01T14:05:09`."""
    return (START + datetime.timedelta(seconds=seconds)).isoformat()


def since_start(moment: datetime.datetime) -> int:
    """A moment as seconds since START."""
    return int((moment - START).total_seconds())


class Browser:
    """Draws sessions from the customers' tastes."""

    def __init__(self, facts: Facts, products: Sequence[Product], ledger: Ledger, dice: Dice) -> None:
        self.dice = dice
        self.ledger = ledger
        self.products = {product.sku: product for product in products}
        self.crowd = people.draw(facts)
        self.tastes = Tastes(facts, self.crowd, products)
        self.families = groups(self.tastes, [product.family for product in products])
        self.categories = groups(self.tastes, [product.category for product in products])
        self.quality = {product.sku: dice.integer(-2, 2) for product in products}

    def visits(self) -> Iterator[Session]:
        """Visits without a purchase, for ever: who buys much looks much, but everybody looks."""
        guests = Wheel(self.crowd, (20 + person.eagerness for person in self.crowd))
        dice = self.dice
        while True:
            customer, day = guests.spin(dice).customer, CALENDAR.spin(dice)
            if customer.joined < day:
                yield self.visit(customer.id, day, since_start(moment(customer.region, day, dice)))

    def visit(self, customer: str, day: datetime.date, at: int) -> Session:
        """A walk from product to product; now and then something lands in a basket that is left behind."""
        dice = self.dice
        product = self.tastes.pick(customer, day, dice)
        session: Session = []
        for _ in range(LENGTHS.spin(dice)):
            session.append((at, customer, product.sku, "view", ""))
            at += dice.integer(8, 150)
            if dice.chance(0.07):
                session.append((at, customer, product.sku, "basket", ""))
                at += dice.integer(8, 60)
            product = self.next(customer, product, day)
        return [event for event in session if event[0] < since_start(NOW)]

    def next(self, customer: str, product: Product, day: datetime.date) -> Product:
        """Where somebody goes from a product: a similar one, one that goes with it, their taste, or anywhere."""
        dice = self.dice
        way = dice.uniform()
        if way < 0.5:
            following = self.families[product.family].spin(dice)
        elif way < 0.7:
            following = self.categories[dice.pick(GOES_WITH[product.category])].spin(dice)
        elif way < 0.95:
            return self.tastes.pick(customer, day, dice)
        else:
            following = dice.pick(self.tastes.products)
        return following if following.launched < day else product

    def shopping(self, order: Order) -> Session:
        """The visit that ends with an order: each item looked at, perhaps compared, put in the basket, then bought."""
        dice, day = self.dice, order.placed.date()
        looks: list[tuple[str, str]] = []
        for item in order.items:
            for _ in range(dice.integer(0, 2)):
                other = self.families[self.products[item.sku].family].spin(dice)
                if other.launched < day:
                    looks.append((other.sku, "view"))
            looks += [(item.sku, "view"), (item.sku, "basket")]
        end = since_start(order.placed)
        moments = [end]
        for _ in looks:
            moments.append(moments[-1] - dice.integer(8, 120))
        bought = [(end, order.customer, item.sku, "purchase", "") for item in order.items]
        seen = zip(reversed(moments[1:]), looks, strict=True)
        return [(at, order.customer, sku, event, "") for at, (sku, event) in seen] + bought

    def ratings(self) -> Iterator[Session]:
        """Ratings of delivered items, some days later, each in a visit of its own."""
        dice = self.dice
        back = {(row.order, row.line) for row in self.ledger.returns}
        orders = {order.id: order for order in self.ledger.orders}
        for parcel in self.ledger.shipments:
            for item in orders[parcel.order].items if parcel.delivered else ():
                wait = dice.integer(3, 40) * DAY + datetime.timedelta(seconds=dice.integer(0, 40000))
                if dice.chance(RATED) and parcel.delivered and parcel.delivered + wait < NOW:
                    customer = orders[parcel.order].customer
                    stars = self.stars(customer, item.sku, (item.order, item.line) in back)
                    yield [(since_start(parcel.delivered + wait), customer, item.sku, "rating", str(stars))]

    def stars(self, customer: str, sku: str, came_back: bool) -> int:
        """1 to 5: a common level, the product's quality, the customer's liking for its category, and chance."""
        liking = MIXES[self.tastes.persona[customer]][self.products[sku].category]
        score = 70 + 9 * self.quality[sku] + (10 if liking >= 16 else -8 if liking <= 3 else 0)
        score += self.dice.integer(-20, 20) - (45 if came_back else 0)
        return min(5, max(1, 1 + score // 20))


def groups(tastes: Tastes, names: Sequence[str]) -> dict[str, Wheel[Product]]:
    """Products by family or category (`names`, one a product), as often as they are popular."""
    members: dict[str, list[Product]] = {}
    for name, product in zip(names, tastes.products, strict=True):
        members.setdefault(name, []).append(product)
    return {name: Wheel(found, (tastes.popular[product.sku] for product in found)) for name, found in members.items()}
