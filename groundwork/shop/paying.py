"""How orders were paid: cards, wallets, gift cards and Pay Later, whose parts sum to each order's total."""

import datetime
from collections.abc import Iterator, Sequence

from groundwork.shop.dice import Dice
from groundwork.shop.drafts import Draft
from groundwork.shop.ledger import Payment, Shipment
from groundwork.shop.rules import NOW, Rules, local, months_later
from groundwork.shop.wheel import Wheel

# Last digits of numbers that card schemes and processors publish for tests; they are nobody's.
TEST_CARDS = ("1111", "4242", "1881", "5556", "4444", "5100", "0005", "8431", "1117", "9424")
METHODS = Wheel(("card", "wallet", "gift card", "pay later"), (56, 24, 8, 12))
GIFTS = (25, 50, 75, 100)  # in any currency; within gift_cards.minimum and maximum of every world
Part = tuple[str, str | None, int, datetime.date]  # method, card, cents, due


def paid(rules: Rules, drafts: Sequence[Draft], parcels: dict[str, Shipment]) -> tuple[Payment, ...]:
    """Every part of every payment, order by order."""
    dice = Dice(rules.facts.seed, "paying")
    plans: dict[str, datetime.date] = {}  # customer -> the last instalment of their plan
    payments: list[Payment] = []
    for draft in drafts:
        parcel = parcels.get(draft.id)
        for number, part in enumerate(parts(rules, draft, parcel, plans, dice), start=1):
            payments.append(payment(f"P-{400000 + 3 * len(payments)}", draft, number, part, parcel))
    return tuple(payments)


def parts(
    rules: Rules, draft: Draft, parcel: Shipment | None, plans: dict[str, datetime.date], dice: Dice
) -> Iterator[Part]:
    """What is paid how and when; cards are charged on dispatch, everything else at checkout."""
    day, left = draft.placed.date(), draft.total
    collected = parcel.shipped.date() if parcel and parcel.shipped else day
    method = METHODS.spin(dice)
    card = customers_card(draft, dice)
    if method == "pay later" and may_pay_later(rules, draft, plans):
        yield from instalments(rules, draft, card, plans)
        return
    if method == "gift card":
        for _ in range(dice.integer(1, 2)):  # never above gift_cards.per_order, whose domain begins with 2
            value = min(left, 100 * dice.pick(GIFTS))
            if value:
                yield "gift card", None, value, day
            left -= value
    elif method == "card" and left > 20000 and dice.chance(0.06):
        half = left * dice.integer(3, 7) // 10
        yield "card", card, half, collected
        card, left = dice.pick([digits for digits in TEST_CARDS if digits != card]), left - half
    if left and method == "wallet":
        yield "wallet", None, left, day
    elif left:
        yield "card", card, left, collected


def customers_card(draft: Draft, dice: Dice) -> str:
    """One of the two cards that a customer has."""
    place = int(draft.person.customer.id[1:])
    return TEST_CARDS[(place + (3 if dice.chance(0.15) else 0)) % len(TEST_CARDS)]


def may_pay_later(rules: Rules, draft: Draft, plans: dict[str, datetime.date]) -> bool:
    """Within the limits, and no other plan of the customer is running."""
    money, day = rules.facts.payments, draft.placed.date()
    low, high = local(money.instalment_min, draft.region), local(money.instalment_max, draft.region)
    return low <= draft.total <= high and plans.get(draft.person.customer.id, day) <= day and not draft.cancelled


def instalments(rules: Rules, draft: Draft, card: str, plans: dict[str, datetime.date]) -> Iterator[Part]:
    """Equal parts, month by month; the cents that do not divide are paid first."""
    day = draft.placed.date()
    count = rules.number("payments.instalments", day)
    each, rest = divmod(draft.total, count)
    plans[draft.person.customer.id] = months_later(day, count - 1)
    for place in range(count):
        yield "pay later", card, each + (0 if place else rest), months_later(day, place)


def payment(name: str, draft: Draft, number: int, part: Part, parcel: Shipment | None) -> Payment:
    """A part with its state at NOW."""
    method, card, amount, due = part
    status = "paid" if due < NOW.date() else "due"
    if draft.cancelled:
        status = "released"
    elif method == "card" and (parcel is None or parcel.shipped is None):
        status = "authorized"
    fields = {"method": method, "card": card, "amount_cents": amount, "due": due, "status": status}
    return Payment.model_validate({"id": name, "order": draft.id, "part": number, **fields})
