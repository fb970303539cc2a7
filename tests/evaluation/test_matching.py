"""The pages that the cross-encoder learns from: readable, diverse, and free of the golden questions."""

from pathlib import Path

import numpy as np
import pytest

from groundwork.evaluation.matching import MatchingError, by_words, held_out, items_of, load, nearest_first
from groundwork.paths import DATASETS
from groundwork.search.keyword import tokenize
from groundwork.shop.asked import load as golden

PAGE = """# Harbour Bikes – Rental terms

## Rates
- A city bike costs $18 a day.
- It is free for members.
## Return
- Bring it back by 6 pm.
? What does a day cost? => 1
? must members pay => 1, 2
? How old must I be? => none
"""

# Questions without a subject, which two companies' customers ask alike; the card names them, and both are ambiguous.
BY_CHANCE = ("When does my credit run out?", "How much is the deposit?")


def written(folder: Path, text: str) -> Path:
    path = folder / "page.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_page_is_read_with_headings_and_the_sentence_before(tmp_path: Path) -> None:
    first, both, none = items_of(written(tmp_path, PAGE))
    assert (first.question, first.right) == ("What does a day cost?", {0})
    assert both.right == {0, 1}
    assert none.right == frozenset()
    assert [passage.heading for passage in first.passages] == ["Rental terms > Rates"] * 2 + ["Rental terms > Return"]
    assert [passage.before for passage in first.passages] == ["", "A city bike costs $18 a day.", ""]


@pytest.mark.parametrize(
    ("old", "new", "line"), [("=> 1, 2", "=> 9", 9), ("? How old must I be? => none", "? How old", 10), ("- A", "A", 4)]
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, old: str, new: str, line: int) -> None:
    with pytest.raises(MatchingError, match=rf"page\.txt:{line}: "):
        list(items_of(written(tmp_path, PAGE.replace(old, new))))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MatchingError, match="holds no pages"):
        load(tmp_path)


def test_the_pages_are_many_and_a_tenth_is_held_out() -> None:
    items = load()
    assert len({item.page for item in items}) >= 450
    assert len({item.question for item in items}) >= 0.99 * len(items) >= 7000
    assert 0.05 < np.mean([held_out(item) for item in items]) < 0.2
    assert 0.1 < np.mean([not item.right for item in items]) < 0.4


def test_the_data_card_counts_what_is_there() -> None:
    items = load()
    card = " ".join((DATASETS / "README.md").read_text(encoding="utf-8").split())
    assert f"help pages of {len({item.page for item in items}):,} made-up companies" in card.lower()
    assert f"with {len(items):,} questions" in card
    assert f"{sum(not item.right for item in items):,} have no answer" in card


def test_no_page_is_the_shops_and_no_golden_question_is_among_them() -> None:
    items = load()
    text = " ".join({passage.text for item in items for passage in item.passages} | {item.page for item in items})
    assert not any(name in text for name in ("Alder & Wren", "Wren Circle", "Mend Room", "Second Nest"))
    asked = {frozenset(tokenize(item.question)) for item in items}
    holding: dict[str, list[frozenset[str]]] = {}
    for words in asked:
        for word in words:
            holding.setdefault(word, []).append(words)
    for one in golden():
        for question in one.texts:
            own = frozenset(tokenize(question))
            nearest = max((len(own & other) / len(own | other) for w in own for other in holding.get(w, [])), default=0)
            assert nearest < 0.8 or question in BY_CHANCE, question


def test_sentences_in_order_are_the_right_ones_and_then_the_nearest(tmp_path: Path) -> None:
    items = list(items_of(written(tmp_path, PAGE)))
    for item, ordered in zip(items, nearest_first(items, by_words), strict=True):
        right = {item.passages[row] for row in item.right}
        assert {ordered.passages[row] for row in ordered.right} == right == set(ordered.passages[: len(right)])
        wrong = by_words(item.question, ordered.passages)[len(right) :]
        assert sorted(wrong, reverse=True) == wrong.tolist()
        assert sorted(ordered.passages) == sorted(item.passages)


def test_words_that_repeat_are_a_share(tmp_path: Path) -> None:
    passages = next(items_of(written(tmp_path, PAGE))).passages
    assert by_words("city bike", passages).tolist() == [1.0, 0.0, 0.0]
    assert by_words("", passages).tolist() == [0.0, 0.0, 0.0]
