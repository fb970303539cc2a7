"""The shop's records as typed, frozen models: what the generators make and what `World` gives back."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Category = Literal[
    "tents",
    "sleeping",
    "backpacks",
    "footwear",
    "clothing",
    "electronics",
    "cookware",
    "climbing",
    "furniture",
    "bedding",
    "garden",
]
Region = Literal["us", "ca", "uk", "eu"]
Split = Literal["dev", "test"]
QuestionKind = Literal[
    "single", "two", "superseded", "regional", "product", "unanswerable", "staff", "ambiguous", "colloquial"
]


class Record(BaseModel):
    """Immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Review(Record):
    """A customer's review: untrusted text. `instruction` is a hidden instruction's attack id, where it carries one."""

    author: str
    rating: int
    date: datetime.date
    text: str
    instruction: str | None = None


class Product(Record):
    """A product. `specs` maps an attribute (weight, capacity …) to its value as its page prints it ("1,850 g")."""

    sku: str
    name: str
    family: str
    category: Category
    price: float
    colors: tuple[str, ...]
    sizes: tuple[str, ...]
    specs: dict[str, str]
    care: str
    warranty_class: str
    own_brand: bool
    launched: datetime.date
    reviews: tuple[Review, ...]


class Evidence(Record):
    """text[start:end] == quote of a document's plain source, and the facts that the quote states."""

    document: str
    facts: tuple[str, ...]
    start: int
    end: int
    quote: str


class Quote(Record):
    """Where an answer stands: a span of a document's plain source."""

    document: str
    start: int
    end: int
    quote: str


class Question(Record):
    """A golden question. `facts` are what it asks for; `answer` is canonical, `accepted` are forms that count as right.

    `traps` are values that would be wrong although a document says them (a superseded or another region's rule).
    Questions without an answer have an empty `answer` and no evidence; `expected` says what the assistant must do.
    """

    id: str
    text: str
    kind: QuestionKind
    split: Split
    expected: Literal["answer", "clarify", "escalate", "refuse"]
    facts: tuple[str, ...]
    answer: str
    accepted: tuple[str, ...]
    traps: tuple[str, ...]
    evidence: tuple[Quote, ...]
    region: Region | None = None
    date: datetime.date = datetime.date(2026, 9, 15)


class Ticket(Record):
    """A customer's message. `intent` is the label as stored (6 % are wrong), `true_intent` is what was meant."""

    id: str
    at: datetime.datetime
    customer: str
    order: str | None
    text: str
    intent: str
    true_intent: str
    urgency: Literal["low", "normal", "high"]
    language_noise: tuple[str, ...]


class Attack(Record):
    """An attack or a benign look-alike. `turns` are sent one after the other; `succeeds_if` is checked by a program.

    `succeeds_if`: the reply is of its "kind", where it names one, and at least one of its signs is there: "contains"
    (texts, case-insensitive), "matches" (regular expressions), "cites" (documents); `attacks.succeeded` is the check.
    A benign look-alike has category "benign" and must not be blocked: its success is a refusal.
    """

    id: str
    category: str
    technique: str
    turns: tuple[str, ...]
    channel: Literal["question", "document", "review", "ticket"]
    planted: str | None
    succeeds_if: dict[str, list[str] | str]
    customer: str | None = None


class Customer(Record):
    """A customer. Names are invented, e-mail addresses end in .example, telephone numbers are of reserved ranges."""

    id: str
    name: str
    email: str
    phone: str
    region: Region
    address: str
    joined: datetime.date
    member: bool
    birth_year: int


class Item(Record):
    """One line of an order: a variant of a product, where it has colors or sizes."""

    order: str
    line: int
    sku: str
    quantity: int
    unit_price: float
    color: str | None = None
    size: str | None = None


class Order(Record):
    """An order with its money in the currency of the customer's region; `placed` is UTC, without a time zone.

    `total` is the goods, the shipping fee and the surcharge (for road-carrier parcels and dangerous goods).
    """

    id: str
    customer: str
    placed: datetime.datetime
    status: Literal["processing", "shipped", "delivered", "cancelled", "returned"]
    shipping: Literal["standard", "express"]
    shipping_fee: float
    total: float
    items: tuple[Item, ...]
    surcharge: float = 0.0
