"""The shortlist and the draft: who reads what, and what each reader can change."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from groundwork.assistant import parts
from groundwork.assistant.answer import CLOSE, READ, SHOWN, Shortlist, draft, shortlist, specific, together
from groundwork.assistant.parts import Ambiguity, Certainty, retrieved, row_of
from groundwork.assistant.sentences import Order, Sentence, candidates
from groundwork.models.cross_encoder import Passage
from groundwork.search.asked import Asked
from groundwork.search.documents import load
from groundwork.search.expected import Entry, Expected
from groundwork.search.index import Hit, Index
from tests.assistant.tiny import ASKER, TENTS, FixedJudge, WordReader, weighing
from tests.conftest import WordEncoder

ORDER = weighing(Order, shared=4.0, cosine=1.0)


class LikesOne:
    """A reader that likes the sentences with a word, and keeps what it was given."""

    def __init__(self, word: str) -> None:
        self.word, self.given = word, list[Passage]()

    def scores(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        """100 for those with the word, else -100."""
        self.given += passages
        return np.array([100.0 if self.word in passage.text else -100.0 for passage in passages])


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


@pytest.fixture
def hits(index: Index) -> list[Hit]:
    return retrieved(index, TENTS, ASKER)


def test_the_cross_encoder_has_its_say(index: Index, hits: list[Hit]) -> None:
    made = [draft(TENTS, hits, WordEncoder(), LikesOne(word), None, ORDER, index.rarity) for word in ("Tents", "label")]
    assert "Tents" in made[0].text
    assert "label" in made[1].text
    assert made[0].signals["read"] == made[1].signals["read"] == 100


def test_a_dozen_is_read_and_four_are_considered(index: Index, hits: list[Hit]) -> None:
    items = [*candidates(hits)] * READ
    reader = LikesOne("Tents")
    listed = shortlist(TENTS, items, WordEncoder(), reader, ORDER, index.rarity)
    assert len(reader.given) == np.isfinite(listed.read).sum() == READ < len(items)
    assert len(listed.rows) == SHOWN
    assert set(listed.rows) <= set(np.flatnonzero(np.isfinite(listed.read)))
    assert np.diff(listed.total[listed.rows]).max() <= 0


def test_fewer_candidates_than_are_considered_are_all_considered() -> None:
    listed = Shortlist(np.zeros((2, len(Order.names))), np.array([0.0, 1.0]), np.array([0.0, 0.0]))
    assert listed.rows == [1, 0]


def test_the_second_is_quoted_if_it_is_close_behind_and_says_something_else(hits: list[Hit]) -> None:
    items = {item.quote.text[:5]: item for item in candidates(hits)}
    tents, boots = items["Tents"], items["Boots"]
    assert together([tents, boots], [3.0, 3.0 - CLOSE / 2]) == [tents, boots]
    assert together([tents, boots], [3.0, 3.0 - CLOSE]) == [tents]
    assert together([tents, tents], [3.0, 3.0]) == [tents]
    assert together([tents], [3.0]) == [tents]
    for pair in ([tents, other_region(boots)], [other_region(tents), boots], [tents, of_product(boots)]):
        assert together(pair, [3.0, 3.0]) == pair[:1]


def of_product(item: Sentence) -> Sentence:
    """The sentence as one of a product's page."""
    document = replace(item.quote.chunk.document, id="product-boot", kind="product")
    return replace(item, quote=replace(item.quote, chunk=replace(item.quote.chunk, document=document)))


def other_region(item: Sentence) -> Sentence:
    """The sentence as one that holds elsewhere."""
    return replace(item, hit=replace(item.hit, current=False))


def test_what_is_expected_reaches_the_cross_encoder_and_nothing_else(index: Index, hits: list[Hit]) -> None:
    expected = Expected([Entry("returns", "Tents may be returned within 45 days of delivery.", ("SECRET WORDING?",))])
    asked = Asked(index.parts["public"].chunks, WordEncoder(), expected)
    reader, judge = LikesOne("Tents"), FixedJudge()
    made = draft(TENTS, hits, WordEncoder(), reader, judge, ORDER, index.rarity, asked)
    assert [passage.text[:5] for passage in reader.given if passage.asked == ("SECRET WORDING?",)] == ["Tents"]
    assert "SECRET" not in f"{made.text} {judge.prompts}"


@pytest.mark.parametrize("judge", [None, FixedJudge()])
def test_every_signal_that_is_weighed_is_noticed_and_a_number(
    index: Index, hits: list[Hit], judge: FixedJudge | None
) -> None:
    for some in (hits, hits[:1]):
        made = draft(TENTS, some, WordEncoder(), WordReader(), judge, ORDER, index.rarity)
        for model in (Certainty, Ambiguity):
            assert np.isfinite(row_of(model, made.signals)).all()
        assert 0 <= made.signals["read_share"] <= 1


def test_what_search_does_not_find_is_brought_by_the_question_that_is_expected_of_it(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "FOUND", 1)
    label = Entry("returns", "A prepaid label costs $6.50, e.g. for a jacket.", ("tents or whatever",))
    outdated = Entry("returns-old", "Labels are free of charge.", ("tents or whatever",))
    inside = Entry("staff-limits", "Tents are replaced at once.", ("tents or whatever",))
    question, without = "tents or whatever", retrieved(index, "tents or whatever", ASKER)
    index.asked = Asked(index.parts["public"].chunks, WordEncoder(), Expected([label, outdated, inside]))
    found = retrieved(index, question, ASKER)
    assert [hit.chunk.id for hit in found[: len(without)]] == [hit.chunk.id for hit in without]
    (added,) = found[len(without) :]
    assert "label" in added.chunk.text
    assert added.current
    assert {hit.chunk.document.id for hit in found}.isdisjoint({"returns-old", "staff-limits"})


def test_a_question_that_says_more_is_more_specific(index: Index) -> None:
    asked = ("What is it?", "What is the label?", "What is the prepaid label for boots?")
    values = [specific(one, index.rarity) for one in asked]
    assert values[0] == 0
    assert values == sorted(set(values))
