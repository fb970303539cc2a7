"""Open questions: what is asked and the pages leave open, and that a question near to one is noticed."""

from pathlib import Path

import pytest

from groundwork.evaluation.practice import load as load_practice
from groundwork.paths import DATASETS
from groundwork.search import asked as module
from groundwork.search.asked import Asked
from groundwork.search.chunks import chunks
from groundwork.search.documents import Document
from groundwork.search.expected import Entry, Expected
from groundwork.search.open_questions import KINDS, OpenQuestionsError, load, questions_of
from groundwork.shop.asked import load as golden_texts
from tests.conftest import WordEncoder
from tests.search.test_expected import near_copies, near_copies_among

TEXT = "Tents may be returned within 45 days."
PAGE = Document("returns", "Returns", TEXT, "returns.md")
EXPECTED = Expected([Entry("returns", TEXT, ("until when does my tent go back",))])
OPEN = {"unanswered": ("who is your boss", "how tall is the shop"), "unclear": ("what does it cost",)}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path / "expected")


def written(folder: Path, text: str, name: str = "unclear.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "@ fees\n? What does it cost?\n\n? how much\n@ days\n? By when?\n")
    assert list(questions_of(path)) == ["What does it cost?", "how much", "By when?"]


@pytest.mark.parametrize(("text", "line"), [("? Who?\n", 1), ("@ a\n? Who?\nwhat\n", 3), ("@ a\n?\n", 2), ("@\n", 1)])
def test_a_line_out_of_place_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(OpenQuestionsError, match=rf"unclear\.txt:{line}: "):
        list(questions_of(written(tmp_path, text)))


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    written(tmp_path, "@ a\n? Who?\n")
    with pytest.raises(OpenQuestionsError, match=r"unanswered\.txt can't be read"):
        load(tmp_path)
    written(tmp_path, "", "unanswered.txt").write_bytes(b"@ \xff")
    with pytest.raises(OpenQuestionsError, match=r"unanswered\.txt can't be read"):
        load(tmp_path)


def test_a_question_knows_how_near_it_is_to_one_that_is_left_open() -> None:
    near = Asked(chunks(PAGE), WordEncoder(), EXPECTED, OPEN).by("who is your boss")
    assert near.open("unanswered") == pytest.approx(1, abs=1e-5)
    assert near.open("unclear") < 0.9
    assert near.open("another kind") == 0


def test_other_pages_than_the_shops_leave_nothing_of_it_open() -> None:
    for expected in (EXPECTED, Expected()):
        assert Asked(chunks(PAGE), WordEncoder(), expected).by("who is your boss").open("unanswered") == 0
    assert Asked(chunks(PAGE), WordEncoder(), Expected(), OPEN).open == {}


def test_the_card_counts_what_there_is() -> None:
    count = {kind: len(questions) for kind, questions in load().items()}
    card = " ".join((DATASETS / "README.md").read_text(encoding="utf-8").split())
    assert f"{count['unanswered']:,} questions that no page answers" in card
    assert f"{count['unclear']:,} that several rules answer" in card


@pytest.mark.parametrize("kind", KINDS)
def test_none_is_a_golden_practice_or_expected_one(kind: str) -> None:
    questions = load()[kind]
    others = [text for one in golden_texts() for text in one.texts] + [one.text for one in load_practice()]
    assert not near_copies_among(questions, others)
    assert not near_copies(questions)
