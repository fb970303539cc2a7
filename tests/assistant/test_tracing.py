"""Tracing: what is written, what is masked, and that a trace which can't be written costs no question."""

import json
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot
from rich.console import Console

from groundwork.assistant.reply import Stage
from groundwork.assistant.spans import SqliteExporter
from groundwork.assistant.traceview import as_table, slowest, waterfall
from groundwork.assistant.tracing import KEPT, Tracer, TracingError, read_price, rows
from groundwork.paths import ROOT

PERSONAL = "I am C0001, mail jo@home.example, call +44 20 7946 0021, card 4111 1111 1111 1111, order O-101001"
LEAKS = ("C0001", "jo@", "7946", "4111", "101001")


@pytest.fixture
def tracer(tmp_path: Path) -> Tracer:
    return Tracer(tmp_path / "traces.db", price=(1.0, 2.0))


def ask(tracer: Tracer, question: str = "How long is the warranty?") -> tuple[Stage, ...]:
    with tracer.question(question, "customer") as trace:
        with trace.stage("retrieve", kind="RETRIEVER", input=question) as stage:
            stage.output = "2 chunks"
            stage.documents = [("warranty", 0.9), ("returns", 0.4)]
        with trace.stage("answer", kind="LLM", input="prompt") as stage:
            time.sleep(0.01)
            stage.output, stage.prompt_tokens, stage.completion_tokens = "5 years", 1_000, 100
        trace.output, trace.reply_kind = "It is 5 years.", "answer"
    return trace.stages


def test_the_reply_gets_its_stages(tracer: Tracer) -> None:
    retrieve, answer = ask(tracer)
    assert (retrieve.name, retrieve.kind, retrieve.output) == ("retrieve", "RETRIEVER", "2 chunks")
    assert (answer.prompt_tokens, answer.completion_tokens) == (1_000, 100)
    assert answer.start >= retrieve.start + retrieve.seconds
    assert answer.seconds >= 0.01


def test_each_stage_is_a_row_under_the_questions_row(tracer: Tracer) -> None:
    stages = ask(tracer)
    root, retrieve, answer = rows(tracer.path)
    assert [row["name"] for row in (root, retrieve, answer)] == ["ask", "retrieve", "answer"]
    assert root["parent"] is None
    assert retrieve["parent"] == answer["parent"] == root["span_id"]
    assert {row["trace_id"] for row in (root, retrieve, answer)} == {root["trace_id"]}
    assert (root["reply_kind"], root["output"], root["status"]) == ("answer", "It is 5 years.", "OK")
    assert (answer["prompt_tokens"], answer["completion_tokens"]) == (1_000, 100)
    assert answer["cost_usd"] == pytest.approx(1_000 * 1e-6 + 100 * 2e-6)
    assert answer["seconds"] == pytest.approx(stages[1].seconds, abs=1e-6)
    assert root["start"] <= retrieve["start"] <= answer["start"]


def test_rows_answer_a_persons_query_and_change_nothing(tracer: Tracer) -> None:
    for _ in range(3):
        ask(tracer)
    assert rows(tracer.path, "SELECT count(DISTINCT trace_id) AS questions FROM spans") == [{"questions": 3}]
    with pytest.raises(TracingError, match="readonly"):
        rows(tracer.path, "DELETE FROM spans")
    with pytest.raises(TracingError, match="no such table"):
        rows(tracer.path, "SELECT * FROM trees")
    with pytest.raises(TracingError, match=r"no traces file other\.db"):
        rows(tracer.path.with_name("other.db"))


def test_a_stage_inside_a_stage_is_its_child(tracer: Tracer) -> None:
    with tracer.question("?") as trace, trace.stage("outer"), trace.stage("inner"):
        pass
    spans = {row["name"]: row for row in rows(tracer.path)}
    assert spans["inner"]["parent"] == spans["outer"]["span_id"]


def test_a_stage_that_raises_is_recorded_and_raises(tracer: Tracer) -> None:
    with (
        pytest.raises(TimeoutError, match="no answer"),
        tracer.question("?") as trace,
        trace.stage("answer", kind="LLM"),
    ):
        raise TimeoutError("no answer for jo@home.example")
    root, answer = rows(tracer.path)
    assert root["status"] == answer["status"] == "ERROR: TimeoutError: no answer for [email]"
    assert trace.stages[0].output == "TimeoutError: no answer for [email]"


def test_an_error_that_was_caught_leaves_the_question_in_order(tracer: Tracer) -> None:
    with tracer.question("?") as trace:
        with pytest.raises(ValueError, match="bad"), trace.stage("answer"):
            raise ValueError("bad")
        trace.reply_kind = "escalate"
    root, answer = rows(tracer.path)
    assert (root["status"], root["reply_kind"], answer["status"]) == ("OK", "escalate", "ERROR: ValueError: bad")


def test_nothing_personal_is_kept_anywhere(tracer: Tracer) -> None:
    with tracer.question(PERSONAL, PERSONAL) as trace:
        with trace.stage("answer", kind="LLM", input=PERSONAL) as stage:
            stage.output = PERSONAL
        trace.output = PERSONAL
    content = tracer.path.read_bytes() + repr(trace.stages).encode()
    assert [leak for leak in LEAKS if leak.encode() in content] == []
    assert b"[email]" in content


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), raises=st.booleans())
def test_any_text_is_traced(tmp_path_factory: pytest.TempPathFactory, text: str, raises: bool) -> None:
    tracer = Tracer(tmp_path_factory.mktemp("any") / "traces.db")
    try:
        with tracer.question(text, text) as trace, trace.stage(text or "x", kind="LLM", input=text) as stage:
            stage.output = text
            trace.output = trace.reply_kind = text
            if raises:
                raise ValueError(text)
    except ValueError:
        assert raises
    assert len(trace.stages) == 1
    assert len(rows(tracer.path)) == 2 - tracer.lost if tracer.path.exists() else tracer.lost == 2


def test_megabytes_are_cut(tracer: Tracer) -> None:
    ask(tracer, "long " * 400_000)
    assert max(len(row["input"]) for row in rows(tracer.path)) == KEPT


def test_an_object_without_text_is_no_reason_to_fail(tracer: Tracer) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    with tracer.question("?") as trace, trace.stage("answer") as stage:
        stage.output = Broken()
    assert trace.stages[0].output == "[unreadable]"


def test_a_file_that_is_locked_loses_the_rows_and_counts_them(tracer: Tracer) -> None:
    ask(tracer)
    other = sqlite3.connect(tracer.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()
    assert len(ask(tracer)) == 2
    assert time.monotonic() - begun < 2
    other.close()
    assert (tracer.lost, len(rows(tracer.path))) == (3, 3)
    ask(tracer)
    assert (tracer.lost, len(rows(tracer.path))) == (3, 6)


def test_a_file_that_is_garbage_or_a_folder_loses_the_rows(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"garbage " * 1_000)
    (tmp_path / "folder.db").mkdir()
    for name in ("garbage.db", "folder.db", "garbage.db/deeper.db"):
        tracer = Tracer(tmp_path / name)
        assert len(ask(tracer)) == 2
        assert tracer.lost == 3


def test_a_full_disk_loses_the_rows(tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SqliteExporter, "_opened", full)
    ask(tracer)
    assert tracer.lost == 3


def test_a_tracer_that_is_off_writes_nothing_and_still_tells_the_stages(tmp_path: Path) -> None:
    tracer = Tracer(tmp_path / "traces.db", enabled=False)
    assert [stage.name for stage in ask(tracer)] == ["retrieve", "answer"]
    assert not tracer.path.exists()


def test_old_rows_go(tracer: Tracer) -> None:
    ask(tracer)
    with sqlite3.connect(tracer.path) as connection:
        connection.execute("UPDATE spans SET start = '2020-01-01T00:00:00.000000+00:00'")
    connection.close()
    ask(tracer)
    assert len(rows(tracer.path)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_only_the_owner_may_read_traces(tracer: Tracer) -> None:
    ask(tracer)
    assert stat.S_IMODE(tracer.path.stat().st_mode) == 0o600


def test_a_price_is_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_price("") == (0.0, 0.0)
    assert read_price("0.15, 0.60") == (0.15, 0.60)
    for wrong in ("cheap", "1", "1,2,3", "-1,2", "nan,1", "inf,1"):
        monkeypatch.setenv("GROUNDWORK_PRICE", wrong)
        with pytest.raises(TracingError, match=r"0\.15,0\.60"):
            Tracer()


def run(source: str, *arguments: object) -> str:
    code = [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)]
    return subprocess.run(code, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout


WITH_PROVIDER = """
    import json, sys
    from pathlib import Path
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from groundwork.assistant.tracing import Tracer, rows
    memory, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    trace.set_tracer_provider(provider)
    tracer = Tracer(Path(sys.argv[1]))
    with trace.get_tracer("app").start_as_current_span("request") as request:
        with tracer.question("?", "staff") as running:
            with running.stage("retrieve", kind="RETRIEVER") as stage:
                stage.documents = [("warranty", 0.9)]
            with running.stage("answer", kind="LLM") as stage:
                stage.prompt_tokens = 7
    spans = {span.name: span for span in memory.get_finished_spans()}
    assert spans["ask"].parent.span_id == request.get_span_context().span_id
    kept = {row["name"]: row["span_id"] for row in rows(tracer.path)}
    assert kept == {name: format(spans[name].context.span_id, "016x") for name in ("ask", "retrieve", "answer")}
    print(json.dumps({name: dict(span.attributes) for name, span in spans.items()}))
"""


def test_a_users_own_provider_gets_the_spans_with_openinferences_names(tmp_path: Path) -> None:
    spans = json.loads(run(WITH_PROVIDER, tmp_path / "traces.db"))
    assert spans["ask"] == {
        "openinference.span.kind": "AGENT",
        "input.value": "?",
        "output.value": "",
        "groundwork.reply_kind": "",
        "groundwork.asker": "staff",
    }
    assert spans["retrieve"]["retrieval.documents.0.document.id"] == "warranty"
    assert spans["retrieve"]["retrieval.documents.0.document.score"] == 0.9
    assert spans["answer"]["llm.token_count.prompt"] == 7
    assert spans["answer"]["llm.token_count.total"] == 7


WITHOUT_PROVIDER = """
    import sys
    from pathlib import Path
    from groundwork.assistant.tracing import Tracer
    tracer = Tracer(Path(sys.argv[1]))
    print("opentelemetry" in sys.modules)
    with tracer.question("?"):
        pass
    from opentelemetry import trace
    print(type(trace.get_tracer_provider()).__name__, tracer.lost)
"""


def test_the_sdk_comes_late_and_nothing_is_set_for_the_process(tmp_path: Path) -> None:
    assert run(WITHOUT_PROVIDER, tmp_path / "traces.db").split() == ["False", "ProxyTracerProvider", "0"]


STAGES = (
    Stage("screen", "[bold]x[/bold]", "<b>go</b>", 0.01, start=0.0, kind="GUARDRAIL"),
    Stage("answer", "prompt", "5 years", 1.2, start=0.01, kind="LLM", prompt_tokens=900, completion_tokens=20),
)


def test_a_table_shows_what_was_written_as_it_was_written() -> None:
    console = Console(width=160, record=True, file=sys.stderr)
    console.print(as_table(STAGES))
    printed = console.export_text()
    assert "[bold]x[/bold]" in printed
    assert "900" in printed
    html = as_table(STAGES)._repr_html_()
    assert "&lt;b&gt;go" in html
    assert "<b>" not in html
    assert html.count("<tr>") == 3


def test_a_waterfall_says_where_the_time_went() -> None:
    assert slowest(STAGES) == "answer took 1.20 of 1.21 seconds (99%)"
    figure = waterfall(STAGES)
    axes = figure.axes[0]
    assert axes.get_title() == slowest(STAGES)
    assert axes.get_xlabel() == "seconds since the question began"
    assert [(round(bar.get_x(), 2), round(bar.get_width(), 2)) for bar in axes.patches] == [(0.0, 0.01), (0.01, 1.2)]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    pyplot.close(figure)


def test_no_stages_are_no_reason_to_fail() -> None:
    figure = waterfall(())
    assert figure.axes[0].get_title() == "No stage took any time"
    pyplot.close(figure)
    assert as_table(()).cells() == []
