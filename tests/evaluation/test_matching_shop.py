"""The shop's sentences as items to learn from: every question once, and nothing wrong that is right."""

from pathlib import Path

import pytest

from groundwork.evaluation.matching_shop import Stated, items_of, partly, rivals, stated
from groundwork.models.cross_encoder import Passage
from groundwork.search.expected import default_expected
from groundwork.shop.make import build
from groundwork.shop.world import World
from tests.conftest import WordEncoder


def sentence(text: str, *asked: str, facts: tuple[str, ...] = (), kind: str = "help") -> Stated:
    return Stated(Passage("Page", "", text, asked), "page", kind, frozenset(facts))


SENTENCES = [
    sentence("A tent weighs two kilos.", "how heavy is a tent", "tent weight", facts=("weight",)),
    sentence("Two kilos, that is a tent.", "is a tent heavy", facts=("weight",)),
    sentence("A tent costs ninety dollars.", "what does a tent cost", facts=("price",)),
    sentence("We like tents."),
]


def test_each_question_is_used_once_over_the_worlds() -> None:
    used = [item.question for place in range(3) for item in items_of(SENTENCES, WordEncoder(), place, 3)]
    assert sorted(used) == sorted(question for one in SENTENCES for question in one.passage.asked)


def test_the_right_sentence_comes_first_or_is_left_out_and_its_equals_are_never_wrong() -> None:
    for item in items_of(SENTENCES, WordEncoder(), 0, 1):
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


def test_a_passage_never_shows_the_question_itself_and_all_show_one_less_than_there_are() -> None:
    passage = Passage("Page", "", "It is free.", ("is it free", "what is the price", "do I pay"))
    for question in ("is it free", "how many pounds is that", "may I see it"):
        shown = partly(question, passage).asked
        assert question not in shown
        assert set(shown) <= set(passage.asked)
        assert len(shown) in (0, 2)
