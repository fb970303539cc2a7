"""The shortlist and the draft: who reads what, and what each reader can change."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from groundwork.assistant.answer import READ, SHOWN, Shortlist, draft, shortlist
from groundwork.assistant.parts import Ambiguity, Certainty, retrieved, row_of
from groundwork.assistant.sentences import Order, candidates
from groundwork.models.cross_encoder import Passage
from groundwork.search.documents import load
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


def test_the_cross_encoder_is_heard_and_does_not_choose(index: Index, hits: list[Hit]) -> None:
    made = [
        draft(TENTS, hits, WordEncoder(), LikesOne(word), None, ORDER, index.rarity) for word in ("Tents", "parcels")
    ]
    assert made[0].text == made[1].text != ""
    assert (made[0].signals["read"], made[1].signals["read"]) == (100, -100)
    assert made[0].signals["read_share"] > 0.3 > made[1].signals["read_share"]


def test_a_dozen_is_read_and_four_are_shown(index: Index, hits: list[Hit]) -> None:
    items = [*candidates(hits)] * READ
    reader = LikesOne("Tents")
    listed = shortlist(TENTS, items, WordEncoder(), reader, ORDER, index.rarity)
    assert len(reader.given) == np.isfinite(listed.read).sum() == READ < len(items)
    assert len(listed.rows) == SHOWN
    assert set(listed.rows) <= set(np.flatnonzero(np.isfinite(listed.read)))
    assert np.diff(listed.scores[listed.rows]).max() <= 0


def test_fewer_candidates_than_are_shown_are_all_shown() -> None:
    listed = Shortlist(np.zeros((2, 27)), np.array([0.0, 1.0]), np.array([0.0, 0.0]))
    assert listed.rows == [1, 0]


@pytest.mark.parametrize("judge", [None, FixedJudge()])
def test_every_signal_that_is_weighed_is_noticed_and_a_number(
    index: Index, hits: list[Hit], judge: FixedJudge | None
) -> None:
    for some in (hits, hits[:1]):
        made = draft(TENTS, some, WordEncoder(), WordReader(), judge, ORDER, index.rarity)
        for model in (Certainty, Ambiguity):
            assert np.isfinite(row_of(model, made.signals)).all()
        assert 0 <= made.signals["read_share"] <= 1
