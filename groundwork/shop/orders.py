"""The order book: customers' orders over 18 months that keep every rule of the world they are drawn in.

`make` draws the ledger, `write` puts it into a SQLite file, `dump` turns such a file into text that is the same on
every version of SQLite. Times are UTC without a time zone; the ledger shows what was known at `rules.NOW`.
"""

from collections.abc import Sequence
from typing import Literal

from groundwork.shop import drafts, paying, people, points, returning, shipments
from groundwork.shop.database import dump, write
from groundwork.shop.drafts import Draft
from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger, Return, Shipment
from groundwork.shop.records import Order, Product
from groundwork.shop.rules import Rules
from groundwork.shop.tastes import Tastes

__all__ = ["Ledger", "dump", "make", "write"]


def make(facts: Facts, products: Sequence[Product]) -> Ledger:
    """Customers and everything they did, the same for the same seed on every platform and Python."""
    rules, crowd = Rules(facts), people.draw(facts)
    book = drafts.drawn(rules, Tastes(facts, crowd, products), crowd)
    parcels = shipments.send(rules, book)
    payments = paying.paid(rules, book, parcels)
    methods = {payment.order: payment.method for payment in payments}
    returns = returning.returned(rules, book, parcels, methods)
    whole = wholly_returned(book, returns)
    return Ledger(
        customers=tuple(person.customer for person in crowd),
        products=tuple(products),
        orders=tuple(finished(draft, parcels.get(draft.id), draft.id in whole) for draft in book),
        shipments=tuple(parcels.values()),
        returns=returns,
        payments=payments,
        memberships=points.memberships(rules, crowd, book, parcels, returns),
    )


def wholly_returned(book: Sequence[Draft], returns: Sequence[Return]) -> set[str]:
    """The orders of which every line has come back and is paid for."""
    back: dict[str, int] = {}
    for row in returns:
        back[row.order] = back.get(row.order, 0) + (row.status in ("refunded", "credited"))
    return {draft.id for draft in book if back.get(draft.id) == len(draft.items)}


def finished(draft: Draft, parcel: Shipment | None, returned: bool) -> Order:
    """A draft as the record that everybody reads, with what has become of it."""
    status: Literal["processing", "shipped", "delivered", "cancelled", "returned"]
    if parcel is None:
        status = "cancelled"
    elif parcel.status == "delivered":
        status = "returned" if returned else "delivered"
    else:
        status = "shipped" if parcel.status == "in transit" else "processing"
    return Order(
        id=draft.id,
        customer=draft.person.customer.id,
        placed=draft.placed,
        status=status,
        shipping=draft.service,
        shipping_fee=draft.fee / 100,
        surcharge=draft.surcharge / 100,
        total=draft.total / 100,
        items=draft.items,
    )
