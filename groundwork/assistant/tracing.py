"""What each stage of a question took, read and wrote: kept for the reply, as OpenTelemetry spans, and as rows.

    tracer = Tracer()
    with tracer.question("How long is a tent's warranty?", "customer") as trace:
        with trace.stage("retrieve", kind="RETRIEVER", input="…") as stage:
            stage.output = "5 chunks"
    trace.stages                                    # for the reply
    rows(tracer.path, "SELECT name, seconds FROM spans ORDER BY seconds DESC")

Personal data and secrets are masked before anything is kept (`groundwork.assistant.masking`). A trace that cannot be
written is counted in `tracer.lost`; the question goes on. OpenTelemetry's global provider is not set here; if the user
has set one, the spans go there too. The SDK is imported when the first question ends (0.1 s).
"""

import math
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundwork.assistant.masking import mask
from groundwork.assistant.reply import Stage
from groundwork.errors import GroundworkError
from groundwork.paths import BUILD

if TYPE_CHECKING:
    from groundwork.assistant.spans import SpanWriter

PRICE = "GROUNDWORK_PRICE"
KEPT = 2_000  # characters of an input or output
DOCUMENTS = 20  # documents of a retrieval; a span may have 128 attributes


class TracingError(GroundworkError):
    """A price that can't be read, or rows that can't be asked for."""


@dataclass
class Step:
    """A stage that is running. Set what it gives: `output`, the tokens, and (id, score) of the documents it found."""

    name: str
    kind: str = "CHAIN"
    input: str = ""
    output: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    documents: Sequence[tuple[str, float]] = ()
    parent: "Step | None" = None
    start: float = 0.0
    seconds: float = 0.0
    error: str = ""

    def settle(self) -> None:
        """Mask and shorten what will be kept."""
        self.input, self.output, self.error = (kept(text) for text in (self.input, self.output, self.error))


@dataclass
class Trace:
    """A question's stages. Set `output` and `reply_kind` before the question ends."""

    root: Step
    asker: str = ""
    reply_kind: str = ""
    began: float = field(default_factory=time.perf_counter)
    clock: int = field(default_factory=time.time_ns)
    steps: list[Step] = field(default_factory=list)

    @property
    def output(self) -> str:
        """What the asker got."""
        return self.root.output

    @output.setter
    def output(self, text: str) -> None:
        self.root.output = text

    @contextmanager
    def stage(self, name: str, kind: str = "CHAIN", input: str = "") -> Iterator[Step]:
        """Time a stage. If it raises, the error is kept as its output, and raised again."""
        running = next((step for step in reversed(self.steps) if step.seconds < 0), self.root)
        step = Step(name, kind, input, parent=running, start=time.perf_counter() - self.began, seconds=-1.0)
        self.steps.append(step)
        try:
            yield step
        except BaseException as error:
            step.error = told(error)
            step.output = step.output or step.error
            raise
        finally:
            step.seconds = time.perf_counter() - self.began - step.start
            step.settle()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The finished stages, masked, in the order in which they began."""
        return tuple(
            Stage(
                name=step.name,
                input=step.input,
                output=step.output,
                seconds=step.seconds,
                start=step.start,
                kind=step.kind,
                prompt_tokens=step.prompt_tokens,
                completion_tokens=step.completion_tokens,
            )
            for step in self.steps
            if step.seconds >= 0
        )


class Tracer:
    """Writes questions as spans to the SQLite file `path` (`build/traces.db`).

    `price` is what a million prompt tokens and a million completion tokens cost in US dollars; by default what
    `GROUNDWORK_PRICE` says ("0.15,0.60"), or nothing, as for a local model. Raises TracingError if it is no price.
    """

    def __init__(
        self, path: Path | None = None, enabled: bool = True, price: tuple[float, float] | None = None
    ) -> None:
        self.path, self.enabled = path or BUILD / "traces.db", enabled
        self.price = price if price is not None else read_price(os.environ.get(PRICE, ""))
        self.lost = 0
        self._writer: SpanWriter | None = None
        self._lock = threading.Lock()

    @contextmanager
    def question(self, question: str, asker_label: str = "") -> Iterator[Trace]:
        """Trace one question. `asker_label` says who asks in a word, such as "customer" or "staff"."""
        trace = Trace(Step("ask", "AGENT", question), kept(asker_label))
        try:
            yield trace
        except BaseException as error:
            trace.root.error = told(error)
            raise
        finally:
            trace.root.seconds = time.perf_counter() - trace.began
            trace.root.settle()
            if self.enabled:
                self._write(trace)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> tuple[float, float]:
        """What so many tokens cost, in US dollars."""
        return prompt_tokens * self.price[0] / 1e6, completion_tokens * self.price[1] / 1e6

    def _write(self, trace: Trace) -> None:
        try:
            from groundwork.assistant.spans import SpanWriter

            with self._lock:
                self._writer = self._writer or SpanWriter(self.path)
                self.lost += self._writer.write(trace, self.cost)
        except Exception:  # noqa: BLE001 - the promise: a trace may be lost, a question may not
            with self._lock:
                self.lost += 1 + len(trace.steps)


def told(error: BaseException) -> str:
    """An error in a line."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - an error that can't even be printed is still told by its name
        return type(error).__name__


def kept(text: object) -> str:
    """What a trace keeps of a text: masked, and no longer than it needs to be."""
    try:
        shown = mask(str(text))
    except Exception:  # noqa: BLE001 - an object whose text can't be made is still a stage that ran
        return "[unreadable]"
    return shown if len(shown) <= KEPT else shown[: KEPT - 1] + "…"


def read_price(text: str) -> tuple[float, float]:
    """`"0.15,0.60"` -> (0.15, 0.6), US dollars for a million prompt and completion tokens; nothing -> (0, 0)."""
    if not text.strip():
        return 0.0, 0.0
    try:
        prompt, completion = (float(part) for part in text.split(","))
    except ValueError:
        prompt = completion = math.nan
    if not (0 <= prompt < math.inf and 0 <= completion < math.inf):
        raise TracingError(
            f"{PRICE} is {text!r}; it must be two prices in US dollars for a million tokens, prompt and completion, "
            'such as "0.15,0.60".'
        )
    return prompt, completion


def rows(path: Path | None = None, sql: str | None = None) -> list[dict[str, Any]]:
    """The spans of a traces file as dicts, oldest first, or what another query gives. The file is only read.

    Raises TracingError if there is no such file, or the query is none.
    """
    path = path or BUILD / "traces.db"
    if not path.exists():
        raise TracingError(f"There is no traces file {path.name}; ask the assistant a question first.")
    try:
        with_uri = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=2)
        try:
            with_uri.row_factory = sqlite3.Row
            return [dict(row) for row in with_uri.execute(sql or "SELECT * FROM spans ORDER BY start, rowid")]
        finally:
            with_uri.close()
    except sqlite3.Error as error:
        raise TracingError(f"The traces in {path.name} can't be asked {sql or 'for all spans'!r}: {error}") from error
