"""The shop's counter: finds the order, the product and the customer that a message can be about."""

import bisect
import datetime
from collections.abc import Sequence

from groundwork.errors import GroundworkError
from groundwork.shop.dice import Dice
from groundwork.shop.records import Customer, Order, Product

Entry = tuple[Order, Product]


class CounterError(GroundworkError):
    """A ledger or a catalogue that no message can be written about."""


class Counter:
    """Orders by category and time. The draws come from the dice of whoever asks."""

    def __init__(
        self, products: Sequence[Product], customers: Sequence[Customer], orders: Sequence[Order], dice: Dice
    ) -> None:
        if not (products and customers and orders):
            raise CounterError("Tickets need at least one product, one customer and one order; one of them is empty.")
        self.dice = dice
        self.customers = {customer.id: customer for customer in customers}
        self.shelves: dict[str, list[Product]] = {"": list(products)}
        for product in products:
            self.shelves.setdefault(product.category, []).append(product)
        by_sku = {product.sku: product for product in products}
        self.lines: dict[str, list[Entry]] = {"": []}
        for order in sorted(orders, key=lambda order: (order.placed, order.id)):
            for item in order.items:
                entry = order, by_sku[item.sku]
                self.lines[""].append(entry)
                self.lines.setdefault(entry[1].category, []).append(entry)
        self.placed = {key: [order.placed for order, _ in lines] for key, lines in self.lines.items()}

    def order(
        self, at: datetime.datetime, categories: Sequence[str], days: tuple[int, int], statuses: Sequence[str]
    ) -> Entry:
        """An order, and one of its products, of that age in days and status; the nearest thing where there is none."""
        last = 10_000
        for kinds, age, allowed in (
            (categories, days, statuses),
            (categories, (0, days[1] + 60), statuses),
            (categories, (0, last), statuses),
            (categories, (0, last), ()),
            ((), (-last, last), ()),
        ):
            found = [line for kind in dict.fromkeys(kinds or ("",)) for line in self.between(kind, at, age)]
            if entry := self.drawn(found, allowed):
                return entry
        raise CounterError("No order has an item of the catalogue.")

    def drawn(self, found: Sequence[Entry], allowed: Sequence[str]) -> Entry | None:
        """One of the entries whose order is of an allowed status: by trying some, or else by looking at all."""
        if not found:
            return None
        for _ in range(8):
            entry = self.dice.pick(found)
            if not allowed or entry[0].status in allowed:
                return entry
        found = [entry for entry in found if entry[0].status in allowed]
        return self.dice.pick(found) if found else None

    def between(self, kind: str, at: datetime.datetime, days: tuple[int, int]) -> list[Entry]:
        """The order lines of a category that are so many days old."""
        placed = self.placed.get(kind, [])
        first = bisect.bisect_left(placed, at - datetime.timedelta(days=days[1] + 1))
        end = bisect.bisect_right(placed, at - datetime.timedelta(days=days[0]))
        return self.lines.get(kind, [])[first:end]

    def product(self, categories: Sequence[str], other_than: Product | None = None) -> Product:
        """A product of one of the categories, or any; not the one that was named already, if there is another."""
        kind = self.dice.pick(categories) if categories else ""
        shelf = self.shelves.get(kind) or self.shelves[""]
        product = self.dice.pick(shelf)
        if other_than and product.sku == other_than.sku:
            return next((other for other in shelf if other.sku != other_than.sku), product)
        return product
