"""`ask` with every part replaceable: verbatim quotes, a person at the end of every doubt, and never an exception."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from groundwork.assistant import desk
from groundwork.assistant.core import HANDED_OVER, Assistant, TicketsInMemory, joined
from groundwork.assistant.desk import AskerError, asker
from groundwork.assistant.parts import asks_back
from groundwork.assistant.reply import Asker, Citation, Reply
from groundwork.assistant.tracing import Tracer, rows
from groundwork.search.documents import load
from groundwork.search.index import Index
from groundwork.shop.world import World, WorldError
from tests.assistant.tiny import ASKER, TENTS, FixedJudge, assistant_of, parts_of, public
from tests.conftest import WordEncoder


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


def ask(index: Index, question: str, judge: FixedJudge | None = None, asker: Asker = ASKER) -> Reply:
    return assistant_of(index, judge).ask(question, asker)


def with_part(index: Index, tickets: TicketsInMemory | None = None, **parts: object) -> Assistant:
    return Assistant(replace(parts_of(index, FixedJudge()), **parts), public(index), tickets)


def test_an_answer_quotes_its_source_word_for_word(index: Index) -> None:
    reply = ask(index, TENTS)
    assert (reply.kind, reply.text) == ("answer", "Tents may be returned within 45 days of delivery.")
    (citation,) = reply.citations
    source = {document.id: document.text for document in index.corpus.documents}[citation.document]
    assert source[citation.start : citation.end] == citation.quote == reply.text
    assert citation.title == "Returns policy"
    assert reply.confidence == pytest.approx(0.9)


def test_the_rule_of_the_askers_date_is_quoted(index: Index) -> None:
    then = ask(index, TENTS, asker=Asker(region="us", date=datetime.date(2024, 5, 1)))
    assert "30 days" in then.text


def test_another_regions_rule_is_never_quoted(index: Index) -> None:
    question = "Express parcels to Leeds cost how much?"
    assert "£9.50" in ask(index, question, asker=replace(ASKER, region="uk")).text
    assert "£9.50" not in str(ask(index, question).as_dict())


def test_a_region_that_the_question_names_counts_where_the_session_knows_none(index: Index) -> None:
    tickets = TicketsInMemory()
    question = "What do express parcels to the UK cost?"
    assert "£9.50" in assistant_of(index).ask(question, replace(ASKER, region=None)).text
    assert "£9.50" not in assistant_of(index).ask(question, ASKER).text
    assistant_of(index, FixedJudge(0.1), tickets).ask(question, replace(ASKER, region=None))
    assert [ticket.region for ticket in tickets.kept.values()] == ["uk"]


def test_where_the_rule_differs_by_region_and_the_region_is_unknown_it_asks_back(index: Index) -> None:
    tickets = TicketsInMemory()
    reply = assistant_of(index, tickets=tickets).ask("What do express parcels cost?", replace(ASKER, region=None))
    assert reply.kind == "clarify"
    assert "country" in reply.text
    assert reply.text.endswith("?") or "?" in reply.text
    assert reply.citations == ()
    assert tickets.kept == {}


@pytest.mark.parametrize(
    ("question", "region", "rule"),
    [
        ("What do express parcels to the UK cost?", "uk", "for the UK"),
        (TENTS, "uk", "in force since 2026-03-01"),
    ],
)
def test_a_citation_says_which_rule_it_is(index: Index, question: str, region: str, rule: str) -> None:
    reply = assistant_of(index).ask(question, replace(ASKER, region=region))
    assert [citation.rule for citation in reply.citations] == [rule]


def test_where_several_rules_fit_it_asks_which_one(index: Index) -> None:
    reply = assistant_of(index, unclear=5.0).ask(TENTS, ASKER)
    assert reply.kind == "clarify"
    assert "Windows" in reply.text


def test_two_questions_in_one_get_both_answers(index: Index) -> None:
    reply = ask(index, "How many days may I keep tents before I return them? And what does a prepaid label cost?")
    assert reply.kind == "answer"
    assert "45 days" in reply.text
    assert "$6.50" in reply.text
    assert {citation.document for citation in reply.citations} == {"returns"}
    assert [stage.name for stage in reply.trace].count("retrieve") == 2


def test_more_questions_in_one_than_are_answered_go_to_a_person(index: Index) -> None:
    question = " ".join(f"How long is the warranty on tent {name}?" for name in ("one", "blue", "red", "green"))
    reply = ask(index, question)
    assert (reply.kind, "questions in one" in reply.reason) == ("escalate", True)


ANSWERED = Reply("answer", "Within 45 days.", (Citation("returns", "Returns", 0, 5, "Withi"),), 0.9, "good")
ENDS = {
    "answer": ANSWERED,
    "clarify": Reply("clarify", "Which?", confidence=0.5, reason="unclear"),
    "escalate": Reply("escalate", HANDED_OVER, confidence=0.2, reason="not found"),
    "refuse": Reply("refuse", "No.", reason="not for us"),
}


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (("answer", "answer"), "answer"),
        (("refuse", "refuse"), "refuse"),
        (("answer", "clarify"), "clarify"),
        (("answer", "escalate"), "escalate"),
        (("clarify", "escalate"), "escalate"),
        (("refuse", "escalate"), "escalate"),  # the half that a person must answer is not lost with the other
        (("refuse", "answer"), "escalate"),
        (("refuse", "clarify"), "escalate"),
    ],
)
def test_no_part_of_a_question_is_lost_with_another(kinds: tuple[str, ...], kind: str) -> None:
    for order in (kinds, kinds[::-1]):
        reply = joined([ENDS[name] for name in order])
        assert reply.kind == kind
        assert bool(reply.citations) == (kind == "answer")
        assert reply.confidence == min(ENDS[name].confidence for name in kinds)
        if "answer" in kinds and kind != "answer":
            assert reply.found == ANSWERED.citations


def test_a_doubting_model_hands_over(index: Index) -> None:
    reply = ask(index, "Do you sell kayaks?", FixedJudge(yes=0.05))
    assert (reply.kind, reply.text, reply.citations) == ("escalate", HANDED_OVER, ())
    assert reply.confidence == pytest.approx(0.05)


def test_staff_documents_never_enter_the_prompt_or_the_reply(index: Index) -> None:
    judge = FixedJudge()
    reply = ask(index, "What goodwill credit may an agent give without asking a lead?", judge)
    assert judge.prompts
    assert "$25" not in repr(reply)
    assert all("$25" not in prompt and "Goodwill limits" not in prompt for prompt in judge.prompts)


@pytest.mark.parametrize(
    ("question", "kind", "reason"),
    [
        ("", "refuse", "empty"),
        ("  \n ", "refuse", "empty"),
        ("tent? " * 20_000, "refuse", "119,999 characters"),
        ("a\x00b\x01", "refuse", "control characters"),
        ("\udcff\udcfe question", "refuse", "control characters"),
        ("12345 ???", "refuse", "no words"),
        ("Wie lange kann ich das Zelt zurückgeben und wer zahlt die Kosten?", "escalate", "English"),
        ("テントは何日以内に返品できますか", "escalate", "English"),
    ],
)
def test_what_is_no_english_question_gets_a_clear_reason(index: Index, question: str, kind: str, reason: str) -> None:
    judge = FixedJudge()
    reply = ask(index, question, judge)
    assert reply.kind == kind
    assert reason in reply.reason
    assert (reply.text == reply.reason) == (kind == "refuse")
    assert judge.prompts == []


def test_short_questions_without_function_words_are_english(index: Index) -> None:
    assert "English" not in ask(index, "tent warranty length?").reason


def test_a_document_that_only_asks_the_same_is_no_answer(folder: Path, encoder: WordEncoder) -> None:
    (folder / "faq.md").write_text("How long is the warranty on stoves? It is 7 years.", encoding="utf-8")
    index = Index.build(load(folder), encoder)
    assert not ask(index, "How long is the warranty on stoves?").text.endswith("?")


def test_the_trace_names_every_stage_in_order_with_what_it_took(index: Index, tmp_path: Path) -> None:
    tracer = Tracer(tmp_path / "traces.db")
    judge = FixedJudge()
    reply = assistant_of(index, judge, tracer=tracer).ask(TENTS, ASKER)
    assert [stage.name for stage in reply.trace] == ["screen", "retrieve", "answer", "verify", "decide", "guard"]
    stages = {stage.name: stage for stage in reply.trace}
    assert stages["answer"].kind == "LLM"
    assert stages["answer"].prompt_tokens >= len("".join(judge.prompts)) // 4 > 0
    assert stages["answer"].completion_tokens == len(judge.prompts)
    assert all(stage.prompt_tokens == 0 for name, stage in stages.items() if name != "answer")
    assert stages["guard"].output == "kept"
    assert all(stage.seconds >= 0 for stage in reply.trace)
    assert not {"trace", "found"} & reply.as_dict().keys()
    kept = rows(tracer.path)
    assert [row["name"] for row in kept] == ["ask", *stages]
    assert kept[0]["reply_kind"] == "answer"


def test_a_customers_region_is_the_one_of_their_record_unless_another_is_given() -> None:
    home = World().customer("C0001").region
    assert asker("C0001").region == home
    assert asker("C0001", region="UK").region == "uk"
    with pytest.raises(WorldError, match="no customer"):
        asker("nobody")
    with pytest.raises(AskerError, match="'mars' is not served"):
        asker(region="mars")


def test_files_that_cannot_be_read_are_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.md").write_bytes(b"\xff")
    monkeypatch.setattr(desk, "default_embedder", WordEncoder)
    monkeypatch.setattr(desk, "BUILD", tmp_path / "build")
    monkeypatch.setattr(desk, "assistant_over", lambda index, *_: index)
    monkeypatch.setattr(desk, "TicketStore", lambda: None)
    monkeypatch.setattr(desk.TopicRouter, "load", lambda _: None)
    desk.open_assistant(folder)
    assert "Set aside: broken.md: not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("probability", "unclear", "asks"),
    [(0.1, 0.9, False), (0.5, 0.3, True), (0.5, 0.2, False), (0.95, 0.3, False), (0.95, 0.6, True)],
)
def test_it_asks_back_in_doubt_and_hardly_where_it_is_sure(probability: float, unclear: float, asks: bool) -> None:
    assert asks_back(probability, unclear, clarify_at=0.25, answer_at=0.9) == asks
