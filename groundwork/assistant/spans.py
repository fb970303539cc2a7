"""Traces as OpenTelemetry spans with OpenInference's names, and an exporter that writes spans as rows of SQLite.

Names: https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
They are written out here since they are few. `groundwork.*` are ours.
"""

import datetime
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from opentelemetry import trace as otel
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, Status, StatusCode

from groundwork.assistant.tracing import DOCUMENTS, Step, Trace

KIND, INPUT, OUTPUT = "openinference.span.kind", "input.value", "output.value"
PROMPT_TOKENS, COMPLETION_TOKENS = "llm.token_count.prompt", "llm.token_count.completion"
TOTAL_TOKENS = "llm.token_count.total"
PROMPT_COST, COMPLETION_COST, COST = "llm.cost.prompt", "llm.cost.completion", "llm.cost.total"
DOCUMENT_ID, DOCUMENT_SCORE = "retrieval.documents.{}.document.id", "retrieval.documents.{}.document.score"
REPLY_KIND, ASKER = "groundwork.reply_kind", "groundwork.asker"

Cost = Callable[[int, int], tuple[float, float]]
COLUMNS = {
    "trace_id": "TEXT NOT NULL",
    "span_id": "TEXT NOT NULL",
    "parent": "TEXT",
    "name": "TEXT NOT NULL",
    "kind": "TEXT",
    "input": "TEXT",
    "output": "TEXT",
    "start": "TEXT NOT NULL",
    "seconds": "REAL NOT NULL",
    "prompt_tokens": "INTEGER NOT NULL",
    "completion_tokens": "INTEGER NOT NULL",
    "cost_usd": "REAL NOT NULL",
    "status": "TEXT NOT NULL",
    "reply_kind": "TEXT",
}
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS spans ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
  PRIMARY KEY (trace_id, span_id));
CREATE INDEX IF NOT EXISTS spans_start ON spans (start);
"""
INSERT = f"INSERT OR IGNORE INTO spans VALUES ({', '.join('?' * len(COLUMNS))})"
PATIENCE = 0.1  # seconds to wait for a locked file: a row is worth less than the asker's time
DAYS = 30  # rows older than that go


class SqliteExporter(SpanExporter):
    """An OpenTelemetry exporter that writes a row for each span. Rows go after 30 days."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write all spans, or none."""
        oldest = _iso(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=DAYS))
        try:
            with self._opened() as connection, connection:
                connection.executemany(INSERT, [_row(span) for span in spans])
                connection.execute("DELETE FROM spans WHERE start < ?", (oldest,))
        except (sqlite3.Error, OSError):
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        new = not self.path.exists()
        if new:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # after a power cut, rows may be missing; that is allowed
            if new or not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'spans'").fetchone():
                connection.executescript(SCHEMA)
            yield connection


class SpanWriter:
    """Makes a trace's spans and exports them: to the user's own provider, if there is one, and to the file."""

    def __init__(self, path: Path) -> None:
        self._exporter = SqliteExporter(path)
        # The resource is given, so that no detector looks around; nothing is registered with the process.
        resource = Resource({"service.name": "groundwork"})
        self._own = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)

    def write(self, trace: Trace, cost: Cost) -> int:
        """Export a finished question; returns how many rows could not be written."""
        spans = _spans(otel.get_tracer("groundwork"), trace, cost)
        readable = [span for span in spans if isinstance(span, ReadableSpan)]
        if len(readable) < len(spans):  # there is no other provider, or it does not record
            readable = [
                s for s in _spans(self._own.get_tracer("groundwork"), trace, cost) if isinstance(s, ReadableSpan)
            ]
        written = self._exporter.export(readable) is SpanExportResult.SUCCESS
        return 0 if written else len(readable)


def _spans(tracer: otel.Tracer, trace: Trace, cost: Cost) -> list[Span]:
    """The question's span and one for each stage, with the times at which they were."""
    made: dict[int, Span] = {}
    for step in (trace.root, *trace.steps):
        above = made.get(id(step.parent))
        context: Context | None = otel.set_span_in_context(above) if above else None
        span = tracer.start_span(
            step.name, context, attributes=_attributes(step, cost), start_time=trace.clock + round(1e9 * step.start)
        )
        made[id(step)] = span
    root = made[id(trace.root)]
    root.set_attributes({REPLY_KIND: trace.reply_kind, ASKER: trace.asker})
    for step in (*reversed(trace.steps), trace.root):
        span = made[id(step)]
        if step.error:
            span.set_status(Status(StatusCode.ERROR, step.error))
        span.end(trace.clock + round(1e9 * (step.start + max(step.seconds, 0))))
    return list(made.values())


def _attributes(step: Step, cost: Cost) -> dict[str, str | int | float]:
    attributes: dict[str, str | int | float] = {KIND: step.kind, INPUT: step.input, OUTPUT: step.output}
    if step.kind in ("LLM", "EMBEDDING") or step.prompt_tokens or step.completion_tokens:
        prompt, completion = cost(step.prompt_tokens, step.completion_tokens)
        attributes |= {PROMPT_TOKENS: step.prompt_tokens, COMPLETION_TOKENS: step.completion_tokens}
        attributes[TOTAL_TOKENS] = step.prompt_tokens + step.completion_tokens
        attributes |= {PROMPT_COST: prompt, COMPLETION_COST: completion, COST: prompt + completion}
    for place, (document, score) in enumerate(step.documents[:DOCUMENTS]):
        attributes |= {DOCUMENT_ID.format(place): document, DOCUMENT_SCORE.format(place): float(score)}
    return attributes


def _row(span: ReadableSpan) -> tuple[object, ...]:
    given = span.attributes or {}
    began, ended = span.start_time or 0, span.end_time or 0
    return (
        otel.format_trace_id(span.context.trace_id),
        otel.format_span_id(span.context.span_id),
        otel.format_span_id(span.parent.span_id) if span.parent else None,
        span.name,
        given.get(KIND),
        given.get(INPUT),
        given.get(OUTPUT),
        _iso(datetime.datetime.fromtimestamp(began / 1e9, datetime.UTC)),
        (ended - began) / 1e9,
        given.get(PROMPT_TOKENS, 0),
        given.get(COMPLETION_TOKENS, 0),
        given.get(COST, 0.0),
        f"ERROR: {span.status.description}" if span.status.status_code is StatusCode.ERROR else "OK",
        given.get(REPLY_KIND),
    )


def _iso(at: datetime.datetime) -> str:
    return at.isoformat(timespec="microseconds")
