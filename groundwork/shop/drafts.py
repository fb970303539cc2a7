"""Orders as they stand at checkout: who, when, what, for how much; nothing has happened to them yet."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from groundwork.shop.dice import Dice
from groundwork.shop.people import Person
from groundwork.shop.records import Item, Product, Region
from groundwork.shop.rules import DAY, FIRST_DAY, LAST_DAY, Rules, is_hazmat, is_heavy, local
from groundwork.shop.tastes import Tastes
from groundwork.shop.wheel import Wheel

COUNT = 2200
BY_MONTH = (70, 68, 82, 102, 124, 134, 126, 112, 94, 92, 132, 154)
BY_WEEKDAY = (104, 98, 96, 98, 94, 106, 124)
BY_LOCAL_HOUR = (4, 2, 1, 1, 1, 3, 8, 16, 24, 30, 34, 36, 40, 36, 32, 32, 34, 38, 46, 58, 64, 56, 34, 14)
UTC_OFFSETS: dict[Region, int] = {"us": -6, "ca": -5, "uk": 0, "eu": 1}  # hours, without daylight saving
LINES = Wheel((1, 2, 3, 4, 5), (50, 25, 14, 7, 4))
QUANTITIES = Wheel((1, 2, 3, 4, 6), (84, 10, 2, 3, 1))
CANCELLED, EXPRESS, FREE_EXPRESS = 0.04, 0.2, 0.7

EVERY_DAY = [FIRST_DAY + place * DAY for place in range((LAST_DAY - FIRST_DAY).days + 1)]
CALENDAR = Wheel(  # seasons, weekends, and a shop that grows
    EVERY_DAY,
    (BY_MONTH[day.month - 1] * BY_WEEKDAY[day.weekday()] * (1000 + place) for place, day in enumerate(EVERY_DAY)),
)
HOURS = {  # in UTC, when people of a region are awake, mostly
    region: Wheel(range(24), (BY_LOCAL_HOUR[(hour + offset) % 24] for hour in range(24)))
    for region, offset in UTC_OFFSETS.items()
}

Basket = tuple[tuple[Product, int], ...]


@dataclass(frozen=True)
class Draft:
    """An order at checkout; amounts in cents. `free_express` says that a member used one of theirs."""

    id: str
    person: Person
    placed: datetime.datetime
    basket: Basket
    items: tuple[Item, ...]
    service: Literal["standard", "express"]
    free_express: bool
    goods: int
    fee: int
    surcharge: int
    cancelled: bool

    @property
    def region(self) -> Region:
        """Where it goes."""
        return self.person.customer.region

    @property
    def by_member(self) -> bool:
        """Whether the membership was running."""
        return self.person.member_since is not None and self.person.member_since <= self.placed.date()

    @property
    def total(self) -> int:
        """What the customer pays."""
        return self.goods + self.fee + self.surcharge


def drawn(rules: Rules, tastes: Tastes, crowd: Sequence[Person]) -> tuple[Draft, ...]:
    """All orders, oldest first, with rising numbers; a few customers place very many of them."""
    dice = Dice(rules.facts.seed, "orders")
    buyers = Wheel(crowd, (person.eagerness for person in crowd))
    number = 101000
    used: Counter[tuple[str, int]] = Counter()  # free express deliveries by customer and membership year
    drafts = []
    for day in sorted(CALENDAR.spin(dice) for _ in range(COUNT)):
        person = buyers.spin(dice)
        while person.customer.joined >= day:
            person = buyers.spin(dice)
        number += dice.integer(1, 9)
        placed = moment(person.customer.region, day, dice)
        drafts.append(draft(f"O-{number}", person, placed, rules, tastes, used, dice))
    return tuple(drafts)


def moment(region: Region, day: datetime.date, dice: Dice) -> datetime.datetime:
    """A moment of a day at which people of a region are awake, mostly."""
    hour, second = HOURS[region].spin(dice), dice.integer(0, 3599)
    return datetime.datetime(day.year, day.month, day.day, hour, second // 60, second % 60)


def draft(
    name: str,
    person: Person,
    placed: datetime.datetime,
    rules: Rules,
    tastes: Tastes,
    used: Counter[tuple[str, int]],
    dice: Dice,
) -> Draft:
    """One order with its fees; counts a member's free express delivery in `used`."""
    day, region = placed.date(), person.customer.region
    basket = chosen(person, day, rules, tastes, dice)
    items = tuple(item(name, line, person, product, count, dice) for line, (product, count) in enumerate(basket, 1))
    by_ground = any(is_heavy(product, rules.facts) or is_hazmat(product) for product, _ in basket)
    express = dice.chance(EXPRESS) and not by_ground
    year = (person.customer.id, membership_year(person, day))
    free = express and year[1] >= 0 and used[year] < rules.facts.membership.express_per_year
    free = free and dice.chance(FREE_EXPRESS)
    used[year] += free
    goods = sum(local(product.price, region) * count for product, count in basket)
    service: Literal["standard", "express"] = "express" if express else "standard"
    return Draft(
        id=name,
        person=person,
        placed=placed,
        basket=basket,
        items=items,
        service=service,
        free_express=free,
        goods=goods,
        fee=0 if free else rules.shipping_fee(region, service, goods, day),
        surcharge=rules.surcharge(region, basket, day),
        cancelled=dice.chance(CANCELLED),
    )


def membership_year(person: Person, day: datetime.date) -> int:
    """0 in the first year of the membership, -1 without one."""
    since = person.member_since
    if since is None or day < since:
        return -1
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def chosen(person: Person, day: datetime.date, rules: Rules, tastes: Tastes, dice: Dice) -> Basket:
    """Different products with their quantities, never above the limit for one item."""
    wanted = LINES.spin(dice)
    basket: dict[str, tuple[Product, int]] = {}
    while len(basket) < wanted:
        product = tastes.pick(person.customer.id, day, dice)
        basket[product.sku] = (product, min(QUANTITIES.spin(dice), rules.facts.orders.quantity_limit))
    return tuple(basket.values())


def item(order: str, line: int, person: Person, product: Product, count: int, dice: Dice) -> Item:
    """A line; a customer's size is mostly the same."""
    sizes = product.sizes
    own = int(person.customer.id[1:]) % len(sizes) if sizes else 0
    return Item(
        order=order,
        line=line,
        sku=product.sku,
        quantity=count,
        unit_price=local(product.price, person.customer.region) / 100,
        color=dice.pick(product.colors) if product.colors else None,
        size=(sizes[own] if dice.chance(0.85) else dice.pick(sizes)) if sizes else None,
    )


def sized(basket: Basket) -> Iterator[Product]:
    """The products of a basket that come in sizes."""
    return (product for product, _ in basket if product.sizes)
