"""Wren Circle memberships and their points, counted from the orders of the ledger alone."""

import datetime
from collections.abc import Iterable, Sequence

from groundwork.shop.dice import Dice
from groundwork.shop.drafts import Draft, membership_year
from groundwork.shop.ledger import Membership, Return, Shipment
from groundwork.shop.people import Person
from groundwork.shop.rules import NOW, Rules, dollars, local, months_later

TODAY = NOW.date()
SENT_BACK = ("approved", "refunded", "credited")


def memberships(
    rules: Rules,
    crowd: Sequence[Person],
    drafts: Sequence[Draft],
    parcels: dict[str, Shipment],
    returns: Iterable[Return],
) -> tuple[Membership, ...]:
    """The membership of every member, in the order of the customers."""
    dice = Dice(rules.facts.seed, "points")
    back: dict[str, int] = {}
    goods = {(draft.id, line): local(product.price, draft.region) * count
             for draft in drafts for line, (product, count) in enumerate(draft.basket, 1)}  # fmt: skip
    for row in returns:
        if row.status in SENT_BACK:
            back[row.order] = back.get(row.order, 0) + goods[row.order, row.line]
    bought: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.by_member and not draft.cancelled:
            bought.setdefault(draft.person.customer.id, []).append(draft)
    return tuple(
        membership(rules, person, person.member_since, bought.get(person.customer.id, []), parcels, back, dice)
        for person in crowd
        if person.member_since
    )


def membership(
    rules: Rules,
    person: Person,
    since: datetime.date,
    drafts: Sequence[Draft],
    parcels: dict[str, Shipment],
    back: dict[str, int],
    dice: Dice,
) -> Membership:
    """Points are earned when a parcel leaves, and can be spent when its return windows have closed; oldest go first."""
    circle = rules.facts.membership
    earned = pending = old = 0
    for draft in drafts:
        shipped = parcels[draft.id].shipped
        if shipped is None:
            continue
        points = circle.points_per_dollar * dollars(draft.goods - back.get(draft.id, 0), draft.region)
        earned += points
        if window_open(rules, draft, parcels[draft.id]):
            pending += points
        elif months_later(shipped.date(), circle.points_expiry_months) < TODAY:
            old += points
    spent = circle.voucher_points * dice.integer(0, (earned - pending) // circle.voucher_points)
    expired = max(0, old - spent)
    year = membership_year(person, TODAY)
    used = sum(draft.free_express and membership_year(person, draft.placed.date()) == year for draft in drafts)
    return Membership(
        customer=person.customer.id,
        since=since,
        renews=months_later(since, 12 * (year + 1)),
        points_earned=earned,
        points_pending=pending,
        points_expired=expired,
        points_spent=spent,
        points=earned - pending - expired - spent,
        express_left=circle.express_per_year - used,
    )


def window_open(rules: Rules, draft: Draft, parcel: Shipment) -> bool:
    """Whether any line of an order may still come back."""
    if parcel.delivered is None:
        return True
    ordered, delivered = draft.placed.date(), parcel.delivered.date()
    return any(rules.window_end(product.category, ordered, delivered, True) >= TODAY for product, _ in draft.basket)
