"""What goes between the assistant's parts, and what comes out: plain, frozen records."""

import datetime
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
    """The screen's word on a question: go on (`kind` is None), or end here as `kind` with a reason."""

    kind: Kind | None = None
    reason: str = ""


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
    """A possible answer: its wording, the quotes that it rests on, and the model's probability that they answer."""

    text: str
    quotes: tuple[Quote, ...]
    answers: float


@dataclass(frozen=True)
class Support:
    """How well a draft is supported, as a probability, and what speaks against it."""

    probability: float
    reason: str = ""


@dataclass(frozen=True)
class Citation:
    """A verbatim quote: the text of `document` from `start` to `end`."""

    document: str
    title: str
    start: int
    end: int
    quote: str


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
    """The assistant's reply. Only an `answer` has citations; every kind has a reason that a person can read."""

    kind: Kind
    text: str
    citations: tuple[Citation, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    seconds: float = 0.0
    trace: tuple[Stage, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """What `ask --json` prints: everything but the trace."""
        row = asdict(self)
        del row["trace"]
        return row
