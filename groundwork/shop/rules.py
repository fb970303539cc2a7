"""The shop's rules as arithmetic: what a fact was on a day, business days, fees and the end of a return window.

The world's clock is UTC, which is also warehouse time; business days are Monday to Friday except 25 and 26 December and
1 January. Amounts are whole cents. Facts in dollars are charged elsewhere at a fixed house rate, `RATES`.
"""

import datetime
from collections.abc import Iterable

from groundwork.shop.facts import INFO, Facts, Value
from groundwork.shop.records import Category, Product, Region

FIRST_DAY, LAST_DAY = datetime.date(2025, 3, 14), datetime.date(2026, 9, 13)
NOW = datetime.datetime(2026, 9, 15)  # the ledger's moment: whatever is later has not happened yet
REGIONS: tuple[Region, ...] = ("us", "uk", "eu", "ca")
CURRENCIES: dict[Region, str] = {"us": "USD", "ca": "CAD", "uk": "GBP", "eu": "EUR"}
RATES: dict[Region, int] = {"us": 100, "ca": 136, "uk": 79, "eu": 92}  # local cents for a dollar
CHANGED = {"us": "shipping", "ca": "shipping", "uk": "shipping", "eu": "shipping", "shipping": "shipping",
           "returns": "returns", "orders": "money", "payments": "money", "gift_cards": "money", "price_match": "money",
           "membership": "membership", "hazmat": "trade"}  # fmt: skip
HOURS = {"11 am": 11, "noon": 12, "1 pm": 13, "2 pm": 14, "3 pm": 15}
MONTHS = {"January": 1, "February": 2}
DAY = datetime.timedelta(days=1)


def cents(amount: float) -> int:
    """`6.5` -> `650`."""
    return round(amount * 100)


def local(amount: float, region: Region) -> int:
    """Dollars as cents of the region's currency, half a cent rounded up: `local(10, "ca")` -> `1360`."""
    return (cents(amount) * RATES[region] + 50) // 100


def dollars(amount: int, region: Region) -> int:
    """Cents of a region's currency as whole dollars, rounded down."""
    return amount // RATES[region]


def is_business_day(day: datetime.date) -> bool:
    """Whether the warehouse works."""
    return day.weekday() < 5 and (day.month, day.day) not in ((12, 25), (12, 26), (1, 1))


def business_days(day: datetime.date, count: int) -> datetime.date:
    """The `count`-th business day after `day`; with 0, `day` itself or the next business day."""
    while count > 0 or not is_business_day(day):
        day += DAY
        count -= is_business_day(day)
    return day


def months_later(day: datetime.date, count: int) -> datetime.date:
    """The same day of a later month, or that month's last: 31 January and 1 month -> 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY).day
    return datetime.date(year, month + 1, min(day.day, last))


def is_heavy(product: Product, facts: Facts) -> bool:
    """Whether one unit alone makes a parcel for the road carrier."""
    amount, _, unit = product.specs.get("weight", "").partition(" ")
    return unit == "kg" and float(amount.replace(",", "")) >= facts.shipping.heavy_kg


def is_hazmat(product: Product) -> bool:
    """Loose lithium batteries are the catalogue's only dangerous goods."""
    return product.family == "power-banks"


class Rules:
    """The rules of a world. A rule that has changed is looked up for the day that counts for it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def at(self, path: str, day: datetime.date) -> Value:
        """A fact's value on a day: the superseded one before its rule came into force."""
        if INFO[path].past and day < self.facts.value(f"dates.{CHANGED[path.split('.')[0]]}"):  # type: ignore[operator]
            return self.facts.past[path]
        return self.facts.value(path)

    def number(self, path: str, day: datetime.date) -> int:
        """The same for facts that are whole numbers."""
        return int(self.at(path, day))  # type: ignore[arg-type]

    def shipping_fee(self, region: Region, service: str, goods: int, day: datetime.date) -> int:
        """What delivery of goods worth `goods` cents costs, ordered on a day; only standard delivery becomes free."""
        if service == "standard" and goods >= 100 * self.number(f"{region}.free_from", day):
            return 0
        return cents(float(self.at(f"{region}.{service}_fee", day)))  # type: ignore[arg-type]

    def surcharge(self, region: Region, basket: Iterable[tuple[Product, int]], day: datetime.date) -> int:
        """For each unit that goes by road carrier, and once for dangerous goods."""
        lines = list(basket)
        heavy = sum(quantity for product, quantity in lines if is_heavy(product, self.facts))
        fee = float(self.at("shipping.heavy_surcharge", day))  # type: ignore[arg-type]
        hazmat = any(is_hazmat(product) for product, _ in lines)
        return heavy * local(fee, region) + (local(self.facts.hazmat.fee, region) if hazmat else 0)

    def dispatch_day(self, moment: datetime.datetime) -> datetime.date:
        """The same day for an order before the cut-off of a business day, else the next business day."""
        day = moment.date()
        cutoff = HOURS[str(self.at("shipping.cutoff_time", day))]
        return day if is_business_day(day) and moment.hour < cutoff else business_days(day, 1)

    def window_days(self, category: Category, delivered: datetime.date, member: bool) -> int:
        """Days after delivery in which an item may come back; the rule in force on the day of delivery counts."""
        days = self.number(f"returns.{category}_days", delivered)
        return days + (self.facts.membership.extra_return_days if member else 0)

    def window_end(
        self, category: Category, ordered: datetime.date, delivered: datetime.date, member: bool
    ) -> datetime.date:
        """The last day for a return; goods ordered in November and December have the later holiday date."""
        end = delivered + self.window_days(category, delivered, member) * DAY
        if ordered.month < 11:
            return end
        day, month = self.facts.returns.holiday_until.split()
        return max(end, datetime.date(ordered.year + 1, MONTHS[month], int(day)))
