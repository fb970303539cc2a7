"""The shop's sentences as items to learn from: every question once, and nothing wrong that is right."""

from pathlib import Path

import pytest

from groundwork.evaluation.matching_shop import Known, Stated, items_of, rivals, stated
from groundwork.models.cross_encoder import Passage
from groundwork.search.expected import default_expected
from groundwork.shop.make import build
from groundwork.shop.world import World
from tests.conftest import WordEncoder


def sentence(text: str, *asked: str, facts: tuple[str, ...] = (), product: str = "") -> Stated:
    return Stated(Passage("Page", "", text, asked), "page", product, frozenset(facts))


SENTENCES = [
    sentence("A tent weighs two kilos.", "how heavy is a tent", "tent weight", facts=("weight",)),
    sentence("Two kilos, that is a tent.", "is a tent heavy", facts=("weight",)),
    sentence("A tent costs ninety dollars.", "what does a tent cost", facts=("price",)),
    sentence("We like tents."),
]
OPEN = ("who sewed the tent", "which tent does the queen own")


def test_each_question_is_used_once_over_the_worlds() -> None:
    used = [item.question for place in range(3) for item in items_of(SENTENCES, OPEN, WordEncoder(), place, 3)]
    assert sorted(used) == sorted([*OPEN, *(question for one in SENTENCES for question in one.passage.asked)])


def test_an_unanswered_question_has_all_sentences_against_it() -> None:
    found = {item.question: item for item in items_of(SENTENCES, OPEN, WordEncoder(), 0, 1)}
    for question in OPEN:
        assert found[question].right == frozenset()
        assert {one.text for one in found[question].passages} == {one.passage.text for one in SENTENCES}


def test_the_right_sentence_comes_first_or_is_left_out_and_its_equals_are_never_wrong() -> None:
    for item in items_of(SENTENCES, (), WordEncoder(), 0, 1):
        own = next(one for one in SENTENCES if item.question in one.passage.asked)
        assert (item.passages[0].text == own.passage.text) == bool(item.right)
        texts = [passage.text for passage in item.passages[len(item.right) :]]
        others = [one for one in SENTENCES if one.passage.text in texts]
        assert others
        assert not any(one.facts & own.facts for one in others)


def test_a_sentence_is_no_rival_of_itself_its_copy_or_what_is_asked_alike() -> None:
    first = sentence("It is free.", "is it free")
    assert not rivals(first, sentence("It is free."))
    assert not rivals(first, sentence("No charge.", "is it free"))
    assert rivals(first, sentence("It costs a dollar.", "what is the price"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 7])
def test_the_sentences_are_those_that_a_customer_may_read_and_their_questions_are_found_in_any_world(
    seed: int, tmp_path: Path
) -> None:
    if seed:
        build(seed, tmp_path / "world")
    world = World(tmp_path / "world") if seed else World()
    found = stated(world, default_expected())
    kinds = {world.documents[one.document]["kind"] for one in found}
    assert kinds == {"policy", "annex", "help", "blog", "product"}
    stating = [one for one in found if one.facts]
    assert sum(bool(one.passage.asked) for one in stating) > 0.95 * len(stating)


def test_a_passage_shows_the_nearest_questions_and_never_the_one_that_is_asked() -> None:
    asked = ("is it free", "what is the price", "do I pay a price", "any price", "who pays")
    passage = sentence("It is free.", *asked)
    known = Known([passage], WordEncoder())
    for question in ("what is the price", "how many pounds is that", "may I see it"):
        cosines = known.cosines([(question, passage)])[0]
        shown = known.seen(question, passage, cosines).asked
        assert question not in shown
        assert len(shown) in (0, 3)
        others = [cosines[asked.index(one)] for one in asked if one not in shown and one != question]
        assert not shown or min(cosines[asked.index(one)] for one in shown) >= max(others)


def test_the_best_of_a_sentences_questions_counts() -> None:
    sentences = [sentence("It is free.", "is it free", "what is the price"), sentence("Nobody asks.")]
    known = Known(sentences, WordEncoder())
    assert known.best(known.cosines([("is it free", sentences[0])])[0]).round(2).tolist() == [1.0, 0.0]


def test_sister_products_are_compared_without_their_names() -> None:
    tents = [sentence("2 kg.", f"how heavy is the {name}", product=name) for name in ("Larkfell tent", "Bramble tent")]
    known = Known(tents, WordEncoder())
    cosines = known.cosines([("how heavy is the Larkfell tent", tents[0])])[0]
    assert known.best(cosines).round(2).tolist() == [1.0, 1.0]
    assert known.seen("how heavy is the Larkfell tent", tents[1], cosines).asked in ((), tents[1].passage.asked)
