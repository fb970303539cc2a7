"""Customers' messages for the case of the intent router: 2,600 over 26 weeks, from 1,052 hand-written utterances.

What is known about them, and what a learner should find:
 - Time: Monday 2026-03-16 to Sunday 2026-09-13; more on Mondays, few at night, more from May on, a sale in the week
   of 18 May.
 - Label noise: exactly 6 % of the labels (156) differ from `true_intent`. Four of five wrong labels are of an intent
   that people confuse with the true one (for a message with two problems: the second problem's), the fifth is any
   other. Intents that more others are confused with, and messages with two problems, are mislabelled more often.
 - Drift from Monday 2026-08-03 on (the last six weeks): rental rises from 2.6 % to 7.4 % of the mix, trade-in from
   1.8 % to 6.6 %; a product line ("Emberline") and a checkout app ("Pocket") appear that no earlier message names; a
   bicycle courier ("Pedalfox") replaces the carrier's name in 60 % of the places where one is named; `track_parcel` has
   other words in 90 % of its messages, `payment_declined` in 55 %, `product_question` in 40 %, others in 20 % where
   they have new words at all. None of these three names stands in a document of the shop: that is the point.
 - Customers: each has habits of typing (`noise.habits`); 180 messages (7 %) are reminders that repeat an earlier
   message of the same customer 2 to 9 days later. Split by customer, or these leak from training into test.
 - Urgency is computed: the intent's level, one up for a word of `urgent` in `_words.toml` and one up for a reminder,
   one down for a word of `calm`; never below low or above high.
 - Personal data: 25 % of the messages hold the customer's name, e-mail, telephone or address, letter for letter as in
   the customer's record. `language_noise` names what was done to the text, and `two_problems`.
Known limits: the text may name a thing ("the sofa") that its order does not hold, where the utterance has no slot.
"""

import dataclasses
import datetime
import functools
import re
from typing import Literal, Protocol

from groundwork.shop import noise
from groundwork.shop.counter import Counter
from groundwork.shop.dice import Dice
from groundwork.shop.facts import Facts
from groundwork.shop.facts.domain import CURRENCY, show_money
from groundwork.shop.intents import SLOT, Intent, intents, slots, words
from groundwork.shop.records import Customer, Order, Product, Ticket

Urgency = Literal["low", "normal", "high"]
TICKETS, REMINDERS = 2600, 180
NOISE_PERCENT = 6
FIRST_DAY, DRIFT, WEEKS = datetime.datetime(2026, 3, 16), datetime.datetime(2026, 8, 3), 26
END = FIRST_DAY + datetime.timedelta(weeks=WEEKS)
BY_DAY = (19, 17, 16, 15, 14, 10, 9)
BY_HOUR = (4, 2, 1, 1, 1, 3, 9, 18, 32, 44, 48, 45, 40, 41, 42, 40, 38, 36, 38, 46, 50, 42, 26, 11)
MONTHS = "January February March April May June July August September October November December".split()
LEVELS: tuple[Urgency, ...] = ("low", "normal", "high")
GREETED = re.compile(r"(?:hi|hello|hey|good|dear)\b", re.IGNORECASE)
MENTIONS = ("Order {order}.", "It's order {order}.", "My order number is {order}.", "Ref. {order}")


class Ledger(Protocol):
    """What the tickets need of the ledger."""

    @property
    def customers(self) -> tuple[Customer, ...]:
        """Everybody."""
        ...

    @property
    def orders(self) -> tuple[Order, ...]:
        """What they bought."""
        ...


@dataclasses.dataclass(frozen=True)
class Draft:
    """A message before it is typed. `core` is what it is about, `second` another intent that it also touches."""

    at: datetime.datetime
    customer: Customer
    order: Order | None
    intent: str
    core: str
    second: str | None = None
    reminder: bool = False


def make(facts: Facts, products: tuple[Product, ...], ledger: Ledger) -> tuple[Ticket, ...]:
    """All messages in the order of their time. The same for the same arguments on every platform."""
    writer = Writer(facts, products, ledger)
    drafts = [writer.draft(at) for at in times(facts.seed, TICKETS - REMINDERS)]
    drafts += reminders(facts.seed, drafts)
    drafts.sort(key=lambda draft: (draft.at, draft.customer.id, draft.core))
    tickets = [writer.typed(number, draft) for number, draft in enumerate(drafts, start=1)]
    return mislabelled(facts.seed, tickets, drafts)


def times(seed: int, count: int) -> list[datetime.datetime]:
    """When people write, in order."""
    dice = Dice(seed, "tickets", "times")
    weeks = [100 + 2 * (week >= 7) * 10 + 10 * (week >= 20) + 45 * (week == 9) for week in range(WEEKS)]
    found = []
    for _ in range(count):
        day = 7 * dice.weighted(range(WEEKS), weeks) + dice.weighted(range(7), BY_DAY)
        seconds = 3600 * dice.weighted(range(24), BY_HOUR) + dice.integer(0, 3599)
        found.append(FIRST_DAY + datetime.timedelta(days=day, seconds=seconds))
    return sorted(found)


def reminders(seed: int, drafts: list[Draft]) -> list[Draft]:
    """Earlier messages sent again by the same customer some days later."""
    dice = Dice(seed, "tickets", "reminders")
    found: list[Draft] = []
    for draft in dice.shuffled(drafts):
        at = draft.at + datetime.timedelta(days=dice.integer(2, 9), minutes=dice.integer(-180, 180))
        if at < END and len(found) < REMINDERS:
            opening = dice.pick(words().reminders).replace("{before}", written_date(draft.at, draft.customer.region))
            found.append(dataclasses.replace(draft, at=at, core=f"{opening} {draft.core}", reminder=True))
    return found


def written_date(date: datetime.datetime, region: str) -> str:
    """`May 12` in America, `12 May` elsewhere."""
    month = MONTHS[date.month - 1]
    return f"{month} {date.day}" if region in ("us", "ca") else f"{date.day} {month}"


def mislabelled(seed: int, tickets: list[Ticket], drafts: list[Draft]) -> tuple[Ticket, ...]:
    """The tickets with exactly NOISE_PERCENT of the labels wrong."""
    dice = Dice(seed, "tickets", "labels")
    named = [other for intent in intents().values() for other in intent.confused_with]
    keys = []
    for place, draft in enumerate(drafts):
        weight = (1 + named.count(draft.intent)) * (3 if draft.second else 1)
        keys.append((dice.uniform() / weight, place))
    wrong = {place for _, place in sorted(keys)[: round(len(tickets) * NOISE_PERCENT / 100)]}
    return tuple(
        ticket.model_copy(update={"intent": other_label(drafts[place], dice)}) if place in wrong else ticket
        for place, ticket in enumerate(tickets)
    )


def other_label(draft: Draft, dice: Dice) -> str:
    """A label that a hurried person would give instead of the true one."""
    if dice.integer(1, 5) == 1:
        return dice.pick([name for name in intents() if name != draft.intent])
    return draft.second or dice.pick(intents()[draft.intent].confused_with)


def level(draft: Draft) -> int:
    """The documented rule of urgency: 0 low, 1 normal, 2 high."""
    text, base = draft.core, LEVELS.index(intents()[draft.intent].urgency)
    return max(0, min(2, base + names_any(words().urgent, text) - names_any(words().calm, text) + draft.reminder))


def names_any(phrases: tuple[str, ...], text: str) -> bool:
    """Whether one of the phrases stands in the text as whole words."""
    return bool(any_of(phrases).search(text))


@functools.cache
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """What finds one of the phrases."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


class Writer:
    """Writes messages: holds the streams of draws, the decks of utterances and the shop's counter."""

    def __init__(self, facts: Facts, products: tuple[Product, ...], ledger: Ledger) -> None:
        self.facts = facts
        self.dice = Dice(facts.seed, "tickets", "messages")
        self.typing = Dice(facts.seed, "tickets", "typing")
        self.counter = Counter(products, ledger.customers, ledger.orders, self.dice)
        self.decks: dict[tuple[str, ...], list[str]] = {}

    def from_deck(self, deck: tuple[str, ...]) -> str:
        """A line of the deck; each comes once before one comes again."""
        if not self.decks.get(deck):
            self.decks[deck] = self.dice.shuffled(deck)
        return self.decks[deck].pop()

    def draft(self, at: datetime.datetime) -> Draft:
        """What one customer wants at that time."""
        late, everything = at >= DRIFT, list(intents().values())
        intent = self.dice.weighted(everything, [one.share_late if late else one.share for one in everything])
        new = late and bool(intent.late) and self.dice.integer(1, 100) <= intent.late_share
        text = self.from_deck(intent.late if new else intent.utterances)
        order, product, customer = self.party(at, intent, text)
        second = self.dice.pick([one for one in everything if one != intent]) if self.dice.chance(0.06) else None
        if second:
            text = f"{text} {self.dice.pick(second.asides)}"
        if order and "{order}" not in text and self.dice.chance(0.2):
            text = f"{text} {self.dice.pick(MENTIONS)}"
        known = order if order and ("{order}" in text or self.dice.chance(0.7)) else None
        text = self.filled(self.around(text), at, customer, order, product)
        return Draft(at, customer, known, intent.name, text, second.name if second else None)

    def party(self, at: datetime.datetime, intent: Intent, text: str) -> tuple[Order | None, Product, Customer]:
        """Whose message it is, about which order and product."""
        wanted = tuple(kind for name, kind in slots(text) if name == "product" and kind) or intent.categories
        if intent.about == "order" or "{order}" in text:
            order, product = self.counter.order(at, wanted, intent.days, intent.statuses)
            return order, product, self.counter.customers[order.customer]
        order, _ = self.counter.order(at, (), (0, 540), ())
        return None, self.counter.product(wanted), self.counter.customers[order.customer]

    def around(self, text: str) -> str:
        """The message with what people put before and after; one in four says only what it wants."""
        dice, word = self.dice, words()
        if dice.chance(0.25):
            return text
        before = dice.pick(word.before) + " " if dice.chance(0.2) else ""
        after = " " + dice.pick(word.after) if dice.chance(0.28) else ""
        greeting = dice.pick(word.greetings) + dice.pick((" ", "\n", "\n\n")) if dice.chance(0.5) else ""
        greeting = "" if GREETED.match(text) else greeting
        closing = dice.pick((" ", "\n", "\n\n")) + dice.pick(word.closings) if dice.chance(0.4) else ""
        return f"{greeting}{before}{text}{after}{closing}"

    def filled(
        self, text: str, at: datetime.datetime, customer: Customer, order: Order | None, product: Product
    ) -> str:
        """Every slot filled in."""
        shown, region = [product], customer.region
        amount = show_money(order.total if order else product.price, CURRENCY[region])
        day = order.placed if order else at - datetime.timedelta(days=self.dice.integer(3, 40))
        late = at >= DRIFT

        def fill(match: re.Match[str]) -> str:
            name, kind = match[1], match[2]
            if name == "product":
                return self.product_name(shown, kind, late and not order)
            if name == "carrier":
                by_bike = late and self.dice.integer(1, 100) <= 60
                return words().courier if by_bike else str(getattr(self.facts, region).standard_carrier)
            if name == "town":
                return self.dice.pick(words().towns[region])
            table = {"order": order.id if order else "", "date": written_date(day, region), "amount": amount}
            return table[name]

        return SLOT.sub(fill, text)

    def product_name(self, shown: list[Product], kind: str | None, may_be_new: bool) -> str:
        """The product as people call it; a second slot of a message that is about no order names another one."""
        if may_be_new and not kind and self.dice.integer(1, 100) <= 15:
            return self.dice.pick(words().emberline)
        product = shown[-1]
        if may_be_new or len(shown) > 1:
            shown.append(self.counter.product((product.category,), product))
        parts = product.name.split()
        return f"{parts[0]} {parts[-1]}" if self.dice.chance(0.4) else product.name

    def typed(self, number: int, draft: Draft) -> Ticket:
        """The ticket: the draft as its customer types it, with personal data added letter for letter."""
        dice, customer = self.typing, draft.customer
        habit = noise.habits(self.facts.seed, customer.id, customer.region)
        names = noise.chosen(habit, draft.intent in ("complaint", "safety_issue") or draft.reminder, dice)
        text, done = noise.applied(draft.core, names, dice)
        if dice.chance(0.25):
            text = f"{text}{dice.pick((' ', chr(10)))}{self.personal(customer, dice)}"
        return Ticket(
            id=f"T-{number:05d}",
            at=draft.at,
            customer=customer.id,
            order=draft.order.id if draft.order else None,
            text=text,
            intent=draft.intent,
            true_intent=draft.intent,
            urgency=LEVELS[level(draft)],
            language_noise=(*done, *(("two_problems",) if draft.second else ())),
        )

    def personal(self, customer: Customer, dice: Dice) -> str:
        """One or two sentences that give the customer away."""
        first, second, twice = dice.pick(words().personal), dice.pick(words().personal), dice.chance(0.25)
        shared = {name for name, _ in slots(first)} & {name for name, _ in slots(second)}
        lines = [first, second] if twice and not shared else [first]
        table = {"name": customer.name, "email": customer.email, "phone": customer.phone, "address": customer.address}
        return "\n".join(re.sub(r"\{(\w+)\}", lambda match: table[match[1]], line) for line in lines)
