"""A question finds the sentences of which much the same is expected, of what a customer may read and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from groundwork.search import asked as module
from groundwork.search.asked import Asked, embedded, nameless
from groundwork.search.chunks import Chunk, chunks
from groundwork.search.documents import Document, load
from groundwork.search.expected import Entry, Expected
from groundwork.search.index import Index
from tests.conftest import WordEncoder

TENTS, LABEL = "Tents may be returned within 45 days of delivery.", "A prepaid label costs $6.50, e.g. for a jacket."
WHEN, PRICE = "until when does my tent go back", "what is the price of a label"
EXPECTED = Expected(
    [
        Entry("returns", TENTS, (WHEN, "may I keep my tent a while")),
        Entry("returns", LABEL, (PRICE,)),
        Entry("staff-limits", "An agent may give goodwill credit of up to $25 without asking a lead.", ("how much",)),
        Entry("product-*", "The {name} weighs {value}.", ("how heavy is the {name}", "weight of the {name}")),
    ]
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "FOLDER", tmp_path / "expected")
    return tmp_path / "expected"


@pytest.fixture
def public(folder: Path, encoder: WordEncoder) -> list[Chunk]:
    return Index.build(load(folder), encoder).parts["public"].chunks


def test_a_sentences_questions_come_with_their_cosines_the_nearest_first(public: list[Chunk]) -> None:
    near = Asked(public, WordEncoder(), EXPECTED).by(WHEN)
    home = next(chunk.document for chunk in public if chunk.document.id == "returns")
    found = near.of(home, TENTS)
    assert list(found) == [WHEN, "may I keep my tent a while"]
    assert found[WHEN] == pytest.approx(1, abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert near.of(home, "Nobody asks for this one.") == {}


def test_a_question_brings_the_chunk_with_the_sentence_behind_the_nearest_one(public: list[Chunk]) -> None:
    for question, sentence in ((WHEN, TENTS), (PRICE, LABEL)):
        assert sentence in Asked(public, WordEncoder(), EXPECTED).by(question).chunks()[0].text


def test_questions_about_what_is_not_among_the_chunks_are_not_there(public: list[Chunk]) -> None:
    asked = Asked(public, WordEncoder(), EXPECTED)
    assert "how much" not in asked.texts
    assert not any("staff" in chunk.document.id for chunk in asked.by("how much").chunks())


def test_on_a_page_of_a_family_the_name_does_not_count() -> None:
    tent = Document("product-larkfell", "Larkfell 2 tent", "The Larkfell 2 tent weighs 2.1 kg.", "larkfell.md")
    asked = Asked(chunks(tent), WordEncoder(), EXPECTED)
    found = asked.by("how heavy is the LARKFELL 2").of(tent, tent.text)
    assert list(found) == ["how heavy is the Larkfell 2 tent", "weight of the Larkfell 2 tent"]
    assert found["how heavy is the Larkfell 2 tent"] == pytest.approx(1, abs=1e-5)
    assert asked.by("how heavy is the Larkfell 2").chunks() == []


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("Is the Larkfell 2 tent heavy?", "Is it heavy?"),
        ("larkfell 2 weight", "it weight"),
        ("Is it (the Larkfell (2)?", "Is it (the Larkfell (2)?"),
    ],
)
def test_a_question_without_the_name(question: str, without: str) -> None:
    assert nameless(question, "Larkfell 2 tent") == without


def test_a_shop_that_keeps_none_has_nothing_near(public: list[Chunk]) -> None:
    near = Asked(public, WordEncoder(), Expected()).by(WHEN)
    assert near.chunks() == []
    assert near.of(public[0].document, TENTS) == {}


def test_vectors_are_kept_and_made_anew_when_damaged(elsewhere: Path) -> None:
    first = WordEncoder()
    made = embedded([WHEN, PRICE], first)
    path = next(elsewhere.iterdir())
    again = WordEncoder()
    assert np.array_equal(embedded([WHEN, PRICE], again), made)
    assert (first.calls, again.calls) == (2, 0)
    for damage in (b"", b"no vectors", path.read_bytes()[:-9]):
        path.write_bytes(damage)
        assert np.array_equal(embedded([WHEN, PRICE], WordEncoder()), made)
    assert [one.name for one in elsewhere.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(elsewhere: Path) -> None:
    elsewhere.write_text("a file where the folder should be", encoding="utf-8")
    assert embedded([WHEN], WordEncoder()).shape == (1, 64)
