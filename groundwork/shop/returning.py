"""What came back: mostly in time and as the policy asks, some late, used or with a broken seal, and so refused."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from groundwork.shop.dice import Dice
from groundwork.shop.drafts import Draft, sized
from groundwork.shop.ledger import OUR_FAULT, Reason, Return, Shipment
from groundwork.shop.records import Product
from groundwork.shop.rules import DAY, NOW, Rules, business_days, is_heavy, local, months_later
from groundwork.shop.wheel import Wheel

SHARES = {"tents": 9, "sleeping": 10, "backpacks": 11, "footwear": 19, "clothing": 18, "electronics": 12, "cookware": 6,
          "climbing": 6, "furniture": 11, "bedding": 10, "garden": 5}  # percent of the lines  # fmt: skip
REASONS: Wheel[Reason] = Wheel(
    ("size", "changed mind", "not as described", "damaged", "wrong item", "unwanted gift"), (40, 26, 12, 10, 5, 7)
)
CHANNELS: Wheel[Literal["label", "own carrier", "shop"]] = Wheel(("label", "own carrier", "shop"), (62, 20, 18))
LATE = 0.1
TODAY = NOW.date()


@dataclass(frozen=True)
class Trip:
    """What the lines of one return share: why, how and when they travel. `late` is later than any rule allows."""

    reason: Reason
    channel: Literal["label", "own carrier", "shop", "collection"]
    delivered: datetime.date
    requested: datetime.date
    received: datetime.date
    decided: datetime.date
    late: bool
    method: str


def returned(
    rules: Rules, drafts: Sequence[Draft], parcels: Mapping[str, Shipment], methods: Mapping[str, str]
) -> tuple[Return, ...]:
    """All returns by order; `methods` says how each order was paid. No customer has more open than the limit."""
    dice = Dice(rules.facts.seed, "returns")
    open_until: dict[str, list[tuple[datetime.date, datetime.date]]] = {}
    rows: list[Return] = []
    for draft in drafts:
        lines = [line for line, (product, _) in enumerate(draft.basket, 1)
                 if dice.integer(1, 100) <= SHARES[product.category]]  # fmt: skip
        parcel = parcels.get(draft.id)
        if not lines or parcel is None or parcel.delivered is None or parcel.delay == "engraving":
            continue
        trip = travel(rules, draft, [draft.basket[line - 1][0] for line in lines], parcel.delivered.date(),
                      methods[draft.id], dice)  # fmt: skip
        spells = open_until.setdefault(draft.person.customer.id, [])
        meanwhile = sum(start <= trip.decided and trip.requested <= end for start, end in spells)
        if trip.requested < TODAY and meanwhile < rules.facts.returns.open_returns:
            spells.append((trip.requested, trip.decided))
            rows.extend(judged(rules, draft, lines, trip, 70000 + 7 * len(rows), dice))
    return tuple(rows)


def travel(
    rules: Rules, draft: Draft, products: Sequence[Product], delivered: datetime.date, method: str, dice: Dice
) -> Trip:
    """Draw when and how; the earliest window of the products counts for all, as for any mixed parcel."""
    reason = REASONS.spin(dice)
    if reason == "size" and not any(True for _ in sized(draft.basket)):
        reason = "changed mind"
    ordered = draft.placed.date()
    ends = [rules.window_end(product.category, ordered, delivered, draft.by_member) for product in products]
    late = dice.chance(LATE) and reason not in OUR_FAULT
    if late:
        withdrawal = rules.number(f"{draft.region}.withdrawal_days", delivered)
        requested = max(*ends, delivered + withdrawal * DAY) + dice.integer(1, 300 if dice.chance(0.2) else 45) * DAY
    elif reason == "damaged":
        requested = delivered  # damage must be reported within hours
    else:
        requested = delivered + min(dice.integer(1, 1 + (min(ends) - delivered).days) for _ in range(2)) * DAY
        requested = min(requested, *ends)
    heavy = any(is_heavy(product, rules.facts) for product in products)
    channel = "collection" if heavy else "label" if reason in OUR_FAULT else CHANNELS.spin(dice)
    received = requested if channel == "shop" else business_days(requested, dice.integer(2, 7))
    inspection = rules.number("returns.inspection_days", delivered)
    decided = received if channel == "shop" else business_days(received, dice.integer(1, inspection))
    return Trip(reason, channel, delivered, requested, received, decided, late, method)


def judged(rules: Rules, draft: Draft, lines: Sequence[int], trip: Trip, number: int, dice: Dice) -> Iterator[Return]:
    """A row a line. The way back is paid for once, with the first line that is not refused."""
    fee = way_back(rules, draft, trip)
    for place, line in enumerate(lines):
        product, count = draft.basket[line - 1]
        refusal = refused(rules, product, trip, dice)
        row = outcome(rules, draft, line, trip, refusal, 0 if refusal else fee, dice)
        fee = fee if refusal else 0
        yield Return.model_validate(
            {"id": f"R-{number + 7 * place}", "order": draft.id, "line": line, "quantity": count,
             "reason": trip.reason if product.sizes or trip.reason != "size" else "changed mind",
             "channel": trip.channel, "requested": trip.requested, **row}
        )  # fmt: skip


def way_back(rules: Rules, draft: Draft, trip: Trip) -> int:
    """The label's or the collection's fee in cents; nothing where the fault is ours."""
    if trip.reason in OUR_FAULT or trip.channel in ("own carrier", "shop"):
        return 0
    path = "returns.pickup_fee" if trip.channel == "collection" else "returns.label_fee"
    return local(float(rules.at(path, trip.delivered)), draft.region)  # type: ignore[arg-type]


def refused(rules: Rules, product: Product, trip: Trip, dice: Dice) -> str | None:
    """Why a line is not taken back. Late lines earn store credit for some months, climbing hardware never."""
    used, broken = dice.chance(0.05), dice.chance(0.2)
    if trip.late:
        last = months_later(trip.delivered, rules.facts.returns.late_credit_months)
        if trip.received > last or product.category == "climbing":
            return "late"
    if trip.reason in OUR_FAULT:
        return None
    if broken and product.category in ("climbing", "bedding"):
        return "seal broken"
    return "used" if used else None


def outcome(
    rules: Rules, draft: Draft, line: int, trip: Trip, refusal: str | None, fee: int, dice: Dice
) -> dict[str, object]:
    """How far a line has come by today, and what it earns."""
    product, count = draft.basket[line - 1]
    amount = local(product.price, draft.region) * count
    opened = product.category == "furniture" and trip.reason not in OUR_FAULT and dice.chance(0.6)
    share = rules.number("returns.restocking_percent", trip.delivered) if opened else 0
    row: dict[str, object] = dict.fromkeys(("refused_because", "received", "decided", "refunded"))
    row |= {"status": "requested", "fee_cents": 0, "restocking_cents": 0, "refund_cents": 0}
    if refusal == "late":
        return row | {"status": "refused", "refused_because": refusal, "decided": trip.requested}
    if trip.received >= TODAY:
        return row
    row |= {"status": "received", "received": trip.received}
    if trip.decided >= TODAY:
        return row
    row |= {"decided": trip.decided}
    if refusal:
        return row | {"status": "refused", "refused_because": refusal}
    restocking = (amount * share + 50) // 100
    fee = min(fee, amount - restocking)
    row |= {"status": "approved", "fee_cents": fee, "restocking_cents": restocking,
            "refund_cents": amount - restocking - fee}  # fmt: skip
    shows = trip.decided if trip.late else money_back(rules, trip, dice)
    return row if shows >= TODAY else row | {"status": "credited" if trip.late else "refunded", "refunded": shows}


def money_back(rules: Rules, trip: Trip, dice: Dice) -> datetime.date:
    """The day on which a refund shows, by the way the order was paid."""
    if trip.method == "card":
        return trip.decided + dice.integer(1, rules.number("returns.card_refund_days", trip.delivered)) * DAY
    hours = rules.facts.returns.wallet_refund_hours if trip.method == "wallet" else 0
    return trip.decided + dice.integer(0, hours // 24) * DAY
