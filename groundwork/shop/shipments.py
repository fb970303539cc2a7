"""Parcels: when an order left, with whom, and when it arrived, all as the rules of its day promise."""

import datetime
from collections.abc import Sequence

from groundwork.shop.dice import Dice
from groundwork.shop.drafts import Draft
from groundwork.shop.ledger import Delay, Shipment
from groundwork.shop.rules import DAY, NOW, Rules, business_days, is_hazmat
from groundwork.shop.wheel import Wheel

ENGRAVED = ("flasks", "iron-pans", "spades")
SHORT_OF_STOCK = datetime.date(2026, 8, 1)  # from here on a supplier is late and more orders wait
OPENS = datetime.timedelta(hours=8)


def send(rules: Rules, drafts: Sequence[Draft]) -> dict[str, Shipment]:
    """The shipment of every order that was not cancelled, by order."""
    dice = Dice(rules.facts.seed, "shipments")
    return {draft.id: shipment(rules, draft, dice) for draft in drafts if not draft.cancelled}


def shipment(rules: Rules, draft: Draft, dice: Dice) -> Shipment:
    """One parcel, as far as it has come by NOW."""
    delay = delayed(draft, dice)
    day = dispatched(rules, draft, delay, dice)
    shipped = datetime.datetime.combine(day, datetime.time(17)) + datetime.timedelta(seconds=dice.integer(0, 14399))
    promised, delivered = arrival(rules, draft, shipped, dice)
    carrier = str(rules.facts.value(f"{draft.region}.{draft.service}_carrier"))
    initials = "".join(word[0] for word in carrier.split()).upper()
    left = shipped < NOW
    return Shipment(
        order=draft.id,
        service=draft.service,
        carrier=carrier,
        tracking=f"{initials}-{dice.integer(0, 99999999):08}-{draft.id[2:]}",
        delay=delay,
        status="waiting" if not left else "delivered" if delivered < NOW else "in transit",
        shipped=shipped if left else None,
        promised=promised if left else None,
        delivered=delivered if delivered < NOW else None,
    )


def delayed(draft: Draft, dice: Dice) -> Delay | None:
    """Why an order leaves later than the cut-off promises, where it does."""
    review, engraving, backorder = dice.uniform(), dice.uniform(), dice.uniform()
    if any(is_hazmat(product) for product, _ in draft.basket):
        return "dangerous goods"
    if backorder < (0.16 if draft.placed.date() >= SHORT_OF_STOCK else 0.02):
        return "backorder"
    if engraving < 0.3 and any(product.family in ENGRAVED for product, _ in draft.basket):
        return "engraving"
    return "review" if review < (0.15 if draft.goods > 60000 else 0.02) else None


def dispatched(rules: Rules, draft: Draft, delay: Delay | None, dice: Dice) -> datetime.date:
    """The business day on which the parcel leaves."""
    orders, start = rules.facts.orders, draft.placed
    if delay == "review":
        start += datetime.timedelta(hours=dice.integer(1, orders.review_hours))
    elif delay == "backorder":
        start += dice.integer(5, 7 * orders.backorder_weeks - 4) * DAY
    day = rules.dispatch_day(start)
    if delay == "engraving":
        return business_days(day, orders.engraving_days)
    return business_days(day, dice.integer(1, rules.facts.hazmat.extra_days)) if delay == "dangerous goods" else day


NEAR_THE_MIDDLE = Wheel(range(5), (12, 30, 32, 18, 8))


def arrival(
    rules: Rules, draft: Draft, shipped: datetime.datetime, dice: Dice
) -> tuple[datetime.date, datetime.datetime]:
    """The last promised day and the moment of delivery, which keeps the promise; drivers work from 8 to 7."""
    region, placed = draft.region, draft.placed.date()
    if draft.service == "standard":
        least, most = (rules.number(f"{region}.standard_{side}", placed) for side in ("min", "max"))
        count = least + (most - least) * NEAR_THE_MIDDLE.spin(dice) // 4
        day = business_days(shipped.date(), count)
        at = datetime.datetime.combine(day, datetime.time()) + OPENS
        return business_days(shipped.date(), most), at + datetime.timedelta(seconds=dice.integer(0, 39599))
    end = shipped + datetime.timedelta(hours=rules.number(f"{region}.express_hours", placed))
    mornings = [datetime.datetime.combine(shipped.date() + k * DAY, datetime.time()) + OPENS for k in (1, 2, 3)]
    at = dice.pick([morning for morning in mornings if morning < end])
    return end.date(), at + datetime.timedelta(seconds=dice.integer(0, min(39599, int((end - at).total_seconds()))))
