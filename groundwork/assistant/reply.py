"""What goes between the assistant's parts, and what comes out: plain, frozen records."""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from groundwork.search.chunks import Chunk

Kind = Literal["answer", "clarify", "escalate", "refuse"]


@dataclass(frozen=True)
class Asker:
    """Who asks, where and when. It comes from the session, never from the question's text."""

    customer: str | None = None
    region: str | None = None
    date: datetime.date = field(default_factory=datetime.date.today)


@dataclass(frozen=True)
class Verdict:
    """The screen's word on a question: go on (`kind` is None), or end here as `kind` with a reason.

    `topic` is the team that a person's answer would come from, where a router is at hand: a hint, never a decision.
    """

    kind: Kind | None = None
    reason: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Quote:
    """A sentence of a document, word for word: chunk.document.text[start:end]. `score` is its fit to the question."""

    chunk: Chunk
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.chunk.document.text[self.start : self.end]


@dataclass(frozen=True)
class Draft:
    """A possible answer: its wording, the quotes that it rests on, and the model's probability that they answer.

    `considered` are the candidates, best first; `signals` is what verifying weighs, by name. `ask_back` is a question
    for the customer where the documents' answer depends on something that they did not say.
    """

    text: str
    quotes: tuple[Quote, ...]
    answers: float = 0.0
    considered: tuple[Quote, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    ask_back: str = ""


@dataclass(frozen=True)
class Support:
    """How well a draft is supported, as a probability, and what speaks against it.

    `ask_back` goes on from the draft if the support is that it depends on what the customer did not say.
    """

    probability: float
    reason: str = ""
    ask_back: str = ""


@dataclass(frozen=True)
class Citation:
    """A verbatim quote: the text of `document` from `start` to `end`.

    `rule` says of a rule with a day or a region since when and where it holds; "" for any other page.
    """

    document: str
    title: str
    start: int
    end: int
    quote: str
    rule: str = ""


@dataclass(frozen=True)
class Stage:
    """One step of the way, for the trace: what went in, what came out, how long it took and what it read and wrote.

    `start` is in seconds since the question began; `kind` is OpenInference's name for what a step does.
    """

    name: str
    input: str
    output: str
    seconds: float
    start: float = 0.0
    kind: str = "CHAIN"
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Reply:
    """The assistant's reply. Only an `answer` has citations; every kind has a reason that a person can read.

    `id` names the question, and is the ticket's id if it was handed over; `found` is what was considered then.
    """

    kind: Kind
    text: str
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    seconds: float = 0.0
    trace: tuple[Stage, ...] = ()
    id: str = ""
    found: tuple[Citation, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """What `ask --json` prints: everything but the trace and what was only considered."""
        row = asdict(self)
        del row["trace"], row["found"]
        return row
