"""Practice questions: whole, labelled with sentences that there are, and no copies of golden ones."""

from collections import Counter
from pathlib import Path

import pytest

from groundwork.evaluation.labelled import golden, practiced
from groundwork.evaluation.practice import Practice, PracticeError, load, questions_of
from groundwork.evaluation.search import folded
from groundwork.paths import DATASETS
from groundwork.search.documents import load as read_all
from groundwork.shop.asked import load as golden_texts
from groundwork.shop.world import World
from tests.search.test_expected import near_copies_among

FILE = """? Until when may I bring my tent back, and what's a label?
- returns | Tents may be returned within 45 days.
- help | A tent goes back within 45 days.
&
- returns | A label costs $6.50.
? Who is your boss?
= unanswerable

? What does it cost?
= ambiguous
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def written(folder: Path, text: str) -> Path:
    path = folder / "some.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    tents, boss, cost = questions_of(written(tmp_path, FILE))
    both = {("returns", "Tents may be returned within 45 days."), ("help", "A tent goes back within 45 days.")}
    assert tents.asked == (frozenset(both), frozenset({("returns", "A label costs $6.50.")}))
    assert boss == Practice("some-0002", "Who is your boss?", "unanswerable", ())
    assert cost.kind == "ambiguous"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a | b\n? Who?\n= staff\n", 1),
        ("? Who?\n", 1),
        ("? Who?\n= staff\n- a | b\n", 1),
        ("? Who?\n- a | b\n&\n", 1),
        ("? Who?\n= nobody\n", 2),
        ("? Who?\n- no bar\n", 2),
        ("? Who?\n= staff\nwhat\n", 3),
    ],
)
def test_a_line_out_of_place_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(PracticeError, match=rf"some\.txt:{line}: "):
        list(questions_of(written(tmp_path, text)))


def test_an_empty_folder_and_a_file_that_is_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(PracticeError, match="holds no practice questions"):
        load(tmp_path)
    written(tmp_path, "").write_bytes(b"? \xff")
    with pytest.raises(PracticeError, match=r"some\.txt can't be read"):
        load(tmp_path)


def test_the_card_counts_what_there_is() -> None:
    counts = Counter("two" if len(one.asked) > 1 else one.kind for one in load())
    card = " ".join((DATASETS / "README.md").read_text(encoding="utf-8").split())
    said = (
        f"{counts.total():,} practice questions: {counts['answer']:,} that a sentence answers, {counts['two']} that "
        f"ask two things, {counts['unanswerable']} without an answer, "
        f"{counts['staff']} that only staff could answer, and {counts['ambiguous']} that need a question back"
    )
    assert said in card


def test_every_label_is_a_sentence_that_a_customer_may_read() -> None:
    public = {one.id: one for one in read_all(World().folder / "documents").documents if one.audience == "public"}
    says = {name: folded(one.text) for name, one in public.items()}
    for one in load():
        for document, sentence in set().union(*one.asked):
            assert sentence in says[document], one


def test_no_golden_question_is_among_them() -> None:
    texts = [one.text for one in load()]
    assert not near_copies_among([text for one in golden_texts() for text in one.texts], texts)


def test_what_states_the_same_fact_is_right_too_and_a_countrys_rule_is_asked_for_there(world: World) -> None:
    span = next(span for span in world.evidence if span.document == "delivery-uk")
    asked = Practice("p", "Leeds?", "answer", (frozenset({(span.document, folded(span.quote))}),))
    (found,) = practiced(world, [asked])
    same = {(one.document, folded(one.quote)) for one in world.evidence if set(one.facts) & set(span.facts)}
    assert same <= found.evidence
    assert found.asker.region == "uk"
    assert (found.expected, found.topic) == ("answer", "delivery-uk")


def test_golden_questions_keep_their_asker_and_evidence(world: World) -> None:
    question = next(one for one in world.questions if one.kind == "regional")
    found = golden(world, question)
    assert (found.asker.region, found.asker.date) == (question.region, question.date)
    assert {folded(quote.quote) for quote in question.evidence} <= {sentence for _, sentence in found.evidence}
    assert golden(world, next(one for one in world.questions if one.kind == "staff")).evidence == frozenset()
