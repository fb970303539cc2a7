"""Expected questions find their sentence again, though its numbers have changed, and hold no golden question."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from groundwork.paths import DATASETS, SHOP_DOCUMENTS
from groundwork.search.documents import Document
from groundwork.search.documents import load as read_all
from groundwork.search.expected import Entry, Expected, ExpectedError, default_expected, entries_of, load
from groundwork.search.keyword import tokenize
from groundwork.shop.asked import load as golden
from groundwork.shop.world import World

PAGE = """@ returns
- Tents may be returned within 45 days of delivery.
- A tent goes back within 45 days.
? How long can I keep my tent before I have to decide?

- A prepaid label costs $6.50.
? What's the label?
? is the label free
@ product-*
- The {name} weighs {value} with pegs.
? How heavy is the {name}?
"""
# Golden questions that others put in the same words, by chance; the card names them. None is in seed 0's test split.
BY_CHANCE = (
    "When does your phone line open?",
    "What does it cost to be in Wren Circle for a year?",
    "How many letters fit in an engraving on a flask?",
    "How heavy is the {name}?",
    "How much weight can the {name} take?",
    "How long does it take to charge the {name}?",
    "Which IP code does the {name} have?",
    "How deep is the tread of the {name}?",
    "How powerful is the {name}?",
    "How many watts does the {name} deliver?",
    "How long does tea stay hot in the {name}?",
    "How many gear loops does the {name} have?",
    "How long does it take to put the {name} together?",
    "How is the {name} cut?",
)


def written(folder: Path, text: str) -> Path:
    path = folder / "page.txt"
    path.write_text(text, encoding="utf-8")
    return path


def document(id: str = "returns", title: str = "Returns") -> Document:
    return Document(id, title, "", f"{id}.md")


@pytest.fixture
def expected(tmp_path: Path) -> Expected:
    return Expected(list(entries_of(written(tmp_path, PAGE))))


def test_a_sentence_has_its_questions_and_sentences_in_a_row_share_them(expected: Expected) -> None:
    for sentence in ("Tents may be returned within 45 days of delivery.", "A tent goes back within 45 days."):
        assert expected.of(document(), sentence) == ("How long can I keep my tent before I have to decide?",)
    assert expected.of(document(), "A prepaid label costs $6.50.") == ("What's the label?", "is the label free")


def test_a_sentence_is_known_again_when_its_value_has_changed(expected: Expected) -> None:
    assert expected.of(document(), "A prepaid label costs $8.")
    assert expected.of(document(), "Tents may be returned within 30 days of\n delivery.")


@pytest.mark.parametrize("sentence", ["Boots are repaired in our workshop.", "Labels are free.", "", "45"])
def test_another_sentence_or_page_has_none(expected: Expected, sentence: str) -> None:
    assert expected.of(document(), sentence) == ()
    assert expected.of(document("shipping"), "A prepaid label costs $6.50.") == ()


def test_a_page_of_a_family_is_asked_about_by_its_title(expected: Expected) -> None:
    tent = document("product-larkfell-2", "Larkfell 2 tent")
    assert expected.of(tent, "The Larkfell 2 tent weighs 2.1 kg with pegs.") == ("How heavy is the Larkfell 2 tent?",)
    assert expected.of(tent, "The Bramble 1 tent weighs 2.1 kg with pegs.") == ()
    assert expected.of(document("care", "Larkfell 2 tent"), "The Larkfell 2 tent weighs 2.1 kg with pegs.") == ()


@pytest.mark.parametrize(
    ("text", "line"), [("? Who asks?\n", 1), ("@ a\n? Who asks?\n", 2), ("- Nowhere.\n", 1), ("@ a\n- So.\nwhat\n", 3)]
)
def test_a_line_out_of_place_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ExpectedError, match=rf"page\.txt:{line}: "):
        list(entries_of(written(tmp_path, text)))


@pytest.mark.parametrize("rest", ["", "@ b\n- More.\n? What?\n"])
def test_a_sentence_without_a_question_does_not_slip_into_the_next_page(tmp_path: Path, rest: str) -> None:
    with pytest.raises(ExpectedError, match=r"page\.txt:3: .*'So\.'"):
        list(entries_of(written(tmp_path, f"@ a\n- So.\n{rest}")))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"@ \xff\xfe")
    with pytest.raises(ExpectedError, match=r"page\.txt"):
        list(entries_of(path))


def test_the_card_counts_what_there_is() -> None:
    asked = {question for entry in load() for question in entry.questions}
    of = {(entry.page, entry.sentence) for entry in load()}
    card = (DATASETS / "README.md").read_text(encoding="utf-8")
    assert f"{len(asked):,} questions that are expected of {len(of):,} sentences" in card


def test_every_entry_stands_for_a_sentence_that_a_customer_may_read() -> None:
    documents = read_all(SHOP_DOCUMENTS).documents
    public = {one.id: one for one in documents if one.audience == "public" and one.kind != "superseded"}
    says = {name: " ".join(one.text.split()) for name, one in public.items()}
    for entry in load():
        assert entry.page == "product-*" or entry.sentence in says[entry.page], entry


def near_copies(questions: Iterable[str]) -> set[str]:
    """The questions that share four fifths of their words with an expected one."""
    return near_copies_among(questions, [question for one in load() for question in one.questions])


def near_copies_among(questions: Iterable[str], others: Iterable[str]) -> set[str]:
    """The questions that share four fifths of their words with one of the others."""
    holding: dict[str, set[frozenset[str]]] = {}
    for words in {frozenset(tokenize(question.replace("{name}", ""))) for question in others}:
        for word in words:
            holding.setdefault(word, set()).add(words)
    found = set()
    for question in questions:
        own = frozenset(tokenize(question.replace("{name}", "")))
        if any(len(own & other) >= 0.8 * len(own | other) for word in own for other in holding.get(word, ())):
            found.add(question)
    return found


def test_golden_questions_are_not_among_them_but_for_those_that_the_card_names() -> None:
    assert near_copies(text for one in golden() for text in one.texts) == set(BY_CHANCE)
    card = " ".join((DATASETS / "README.md").read_text(encoding="utf-8").split())
    assert all(f"“{question}”" in card for question in BY_CHANCE)


def test_no_test_question_of_the_house_world_is_among_them() -> None:
    world = World()
    named = {name for product in world.products for name in (product.name, product.name.rpartition(" ")[0])}
    nameless = re.compile("|".join(map(re.escape, sorted(named, key=len, reverse=True))))
    asked = (nameless.sub("{name}", one.text) for one in world.questions if one.split == "test")
    assert not near_copies(asked)


def test_the_stored_ones_are_read_once() -> None:
    assert default_expected() is default_expected()


def test_nothing_is_expected_of_nothing() -> None:
    assert Expected().of(document(), "Anything.") == ()
    assert Expected([Entry("returns", "", ("What?",))]).of(document(), "") == ()
