"""The shop's books as frozen records: what orders.make draws and the database holds. Amounts here are whole cents."""

import datetime
from dataclasses import dataclass
from typing import Literal

from groundwork.shop.records import Customer, Order, Product, Record

Delay = Literal["review", "engraving", "backorder", "dangerous goods"]
Reason = Literal["size", "changed mind", "not as described", "damaged", "wrong item", "unwanted gift"]
OUR_FAULT = ("damaged", "wrong item")


class Shipment(Record):
    """An order's parcel. `delay` is why it left after the promised day; `promised` is the last day for delivery."""

    order: str
    service: Literal["standard", "express"]
    carrier: str
    tracking: str
    delay: Delay | None
    status: Literal["waiting", "in transit", "delivered"]
    shipped: datetime.datetime | None
    promised: datetime.date | None
    delivered: datetime.datetime | None


class Return(Record):
    """A returned line of an order.

    `fee_cents` is the label's or the collection's fee and `restocking_cents` the fee on opened furniture: both are
    already taken off `refund_cents`; all three are 0 until the return is decided. `decided` is the day of inspection,
    or of refusal for the date; `refunded` the day on which the money shows. A "credited" return was late and earned
    store credit.
    """

    id: str
    order: str
    line: int
    quantity: int
    reason: Reason
    channel: Literal["label", "own carrier", "shop", "collection"]
    status: Literal["requested", "received", "approved", "refunded", "credited", "refused"]
    refused_because: Literal["late", "used", "seal broken"] | None
    requested: datetime.date
    received: datetime.date | None
    decided: datetime.date | None
    refunded: datetime.date | None
    fee_cents: int
    restocking_cents: int
    refund_cents: int


class Payment(Record):
    """A part of what was paid for an order; the parts sum to its total. Refunds stand in the returns.

    Pay Later has one part an instalment, as agreed: a refund pays off what is open and changes no part. `card` is the
    last four digits of a number that card schemes publish for tests.
    """

    id: str
    order: str
    part: int
    method: Literal["card", "wallet", "gift card", "pay later"]
    card: str | None
    amount_cents: int
    due: datetime.date
    status: Literal["authorized", "paid", "due", "released"]


class Membership(Record):
    """Wren Circle. `points` can be spent: earned, less pending (return window open), expired and spent on vouchers."""

    customer: str
    since: datetime.date
    renews: datetime.date
    points_earned: int
    points_pending: int
    points_expired: int
    points_spent: int
    points: int
    express_left: int


@dataclass(frozen=True)
class Ledger:
    """All of it, each in the order of its ids; `products` are the catalogue that the orders refer to."""

    customers: tuple[Customer, ...]
    products: tuple[Product, ...]
    orders: tuple[Order, ...]
    shipments: tuple[Shipment, ...]
    returns: tuple[Return, ...]
    payments: tuple[Payment, ...]
    memberships: tuple[Membership, ...]
