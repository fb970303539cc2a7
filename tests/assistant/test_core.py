"""`ask` with every part replaceable: verbatim quotes, a person at the end of every doubt, and never an exception."""

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.assistant import desk
from groundwork.assistant.core import HANDED_OVER, Assistant, Parts, default_parts
from groundwork.assistant.desk import AskerError, asker
from groundwork.assistant.reply import Asker, Draft, Reply
from groundwork.search.documents import load
from groundwork.search.index import Index
from groundwork.shop.world import World, WorldError
from tests.conftest import WordEncoder

ASKER = Asker(region="us", date=datetime.date(2026, 9, 15))


class FixedJudge:
    """A chat model that always says the same, or breaks."""

    def __init__(self, yes: float = 0.9, error: Exception | None = None) -> None:
        self.yes, self.error, self.prompts = yes, error, list[str]()

    def choice_probabilities(self, messages: list[dict[str, str]], choices: list[str]) -> dict[str, float]:
        self.prompts.append(messages[-1]["content"])
        if self.error:
            raise self.error
        return {"yes": self.yes, "no": 1 - self.yes}


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


def parts_of(index: Index, judge: FixedJudge) -> Parts:
    return default_parts(index, WordEncoder(), judge)


def ask(index: Index, question: str, judge: FixedJudge | None = None, asker: Asker = ASKER) -> Reply:
    return Assistant(parts_of(index, judge or FixedJudge())).ask(question, asker)


def test_an_answer_quotes_its_source_word_for_word(index: Index) -> None:
    reply = ask(index, "Tents may be returned within how many days of delivery?")
    assert (reply.kind, reply.text) == ("answer", "Tents may be returned within 45 days of delivery.")
    (citation,) = reply.citations
    source = {document.id: document.text for document in index.corpus.documents}[citation.document]
    assert source[citation.start : citation.end] == citation.quote == reply.text
    assert citation.title == "Returns policy"


def test_the_rule_of_the_askers_date_is_quoted(index: Index) -> None:
    question = "Tents may be returned within how many days of delivery?"
    then = ask(index, question, asker=Asker(region="us", date=datetime.date(2024, 5, 1)))
    assert "30 days" in then.text


def test_another_regions_rule_is_never_quoted(index: Index) -> None:
    question = "Express parcels to the UK cost how much?"
    assert "£9.50" in ask(index, question, asker=replace(ASKER, region="uk")).text
    assert "£9.50" not in ask(index, question).text


def test_a_doubting_model_hands_over(index: Index) -> None:
    reply = ask(index, "Do you sell kayaks?", FixedJudge(yes=0.05))
    assert (reply.kind, reply.text, reply.citations) == ("escalate", HANDED_OVER, ())
    assert "0.05" in reply.reason


def test_staff_documents_never_enter_the_prompt_or_the_reply(index: Index) -> None:
    judge = FixedJudge()
    reply = ask(index, "What goodwill credit may an agent give without asking a lead?", judge)
    assert "$25" not in reply.text
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
    assert judge.prompts == []


def test_short_questions_without_function_words_are_english(index: Index) -> None:
    assert "English" not in ask(index, "tent warranty length?").reason


@pytest.mark.parametrize("broken", ["screen", "retrieve", "answer", "verify", "decide"])
def test_whatever_part_fails_a_person_gets_the_question(index: Index, broken: str) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    reply = Assistant(replace(parts_of(index, FixedJudge()), **{broken: fail})).ask("How long is the warranty?", ASKER)
    assert (reply.kind, reply.reason) == ("escalate", "RuntimeError: the disk is full")


def test_a_model_that_is_gone_hands_over(index: Index) -> None:
    reply = ask(index, "How long is the warranty?", FixedJudge(error=TimeoutError("no answer in 60 s")))
    assert (reply.kind, reply.reason) == ("escalate", "TimeoutError: no answer in 60 s")


def test_a_wording_that_the_source_does_not_have_is_not_answered(index: Index) -> None:
    parts = parts_of(index, FixedJudge(yes=1.0))

    def invented(question: str, hits: list) -> Draft:
        honest = parts.answer(question, hits)
        return replace(honest, text="Tents may be returned within 400 days.")

    reply = Assistant(replace(parts, answer=invented)).ask("Tents may be returned within how many days?", ASKER)
    assert reply.kind == "escalate"


@settings(max_examples=150, deadline=None)
@given(question=st.text(max_size=200), yes=st.floats(0, 1))
def test_every_quote_is_a_span_of_a_current_public_document(tmp_path_factory, question: str, yes: float) -> None:
    index = shared_index(tmp_path_factory)
    reply = ask(index, question, FixedJudge(yes))
    documents = {document.id: document for document in index.corpus.documents}
    for citation in reply.citations:
        document = documents[citation.document]
        assert document.text[citation.start : citation.end] == citation.quote
        assert citation.quote in reply.text
        assert document.audience == "public"
        assert document.in_force(ASKER.date)
        assert document.applies_in("us")
    assert (reply.kind == "answer") == bool(reply.citations)


SHARED: list[Index] = []


def shared_index(factory: pytest.TempPathFactory) -> Index:
    from tests import conftest

    if not SHARED:
        folder = factory.mktemp("shared")
        texts = (conftest.RETURNS, conftest.RETURNS_OLD, conftest.DELIVERY_UK, conftest.STAFF)
        for number, text in enumerate(texts):
            (folder / f"{number}.md").write_text(text, encoding="utf-8")
        SHARED.append(Index.build(load(folder), WordEncoder()))
    return SHARED[0]


def test_a_document_that_only_asks_the_same_is_no_answer(folder: Path, encoder: WordEncoder) -> None:
    (folder / "faq.md").write_text("How long is the warranty on stoves? It is 7 years.", encoding="utf-8")
    index = Index.build(load(folder), encoder)
    assert not ask(index, "How long is the warranty on stoves?").text.endswith("?")


def test_the_trace_names_every_stage_in_order(index: Index) -> None:
    reply = ask(index, "How long is the warranty?")
    assert [stage.name for stage in reply.trace] == ["screen", "retrieve", "answer", "verify", "decide"]
    assert "trace" not in reply.as_dict()


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
    desk.open_assistant(folder)
    assert "Set aside: broken.md: not UTF-8" in capsys.readouterr().err
