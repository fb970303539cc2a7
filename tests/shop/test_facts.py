"""Facts: the same everywhere from a seed, consistent in every world, different between worlds."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.shop.dice import Dice
from groundwork.shop.facts import INFO, Facts


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**63))
def test_every_world_is_consistent(seed: int) -> None:
    facts = Facts.draw(seed)
    for path, info in INFO.items():
        assert facts.value(path) in info.choices
        assert (path in facts.past) == info.past
        if info.past:
            assert facts.past[path] in info.choices
            assert facts.past[path] != facts.value(path)
    for region in (facts.us, facts.ca, facts.uk, facts.eu):
        assert region.express_hours < 24 * region.standard_min < 24 * region.standard_max
        assert region.express_fee > region.standard_fee
    assert facts.dates.returns_old < facts.dates.returns <= datetime.date(2026, 9, 15)


def test_the_same_seed_gives_the_same_facts_on_every_platform() -> None:
    """Values written down once: a change of Python, platform or generator that moved them would break every world."""
    facts = Facts.draw(0)
    assert [facts.shown(path) for path in ("returns.tents_days", "uk.express_fee", "company.home_town")] == [
        "45",
        "£11.95",
        "Cedar Ford",
    ]
    dice = Dice(0, "written down")
    assert [dice.integer(1, 6) for _ in range(8)] == [4, 6, 1, 3, 1, 4, 4, 2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_worlds_differ_in_60_percent_of_their_facts(one: int, other: int) -> None:
    if one == other:
        return
    first, second = Facts.draw(one), Facts.draw(other)
    assert sum(first.value(path) != second.value(path) for path in INFO) >= 0.6 * len(INFO)


@pytest.mark.parametrize("seed", ["7", 1.0, None, True])
def test_a_seed_that_is_no_whole_number_is_named(seed: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        Facts.draw(seed)  # type: ignore[arg-type]


def test_there_are_about_250_facts_and_each_says_what_it_means() -> None:
    assert len(INFO) >= 250
    assert all(info.meaning and info.unit and len(set(info.choices)) >= 3 for info in INFO.values())
    assert len({info.meaning for info in INFO.values()}) >= len(INFO) - 3 * 15  # the four regions share theirs


def test_values_are_shown_as_documents_print_them() -> None:
    facts = Facts.draw(0)
    assert facts.shown("returns.label_fee").startswith("$")
    assert facts.shown("membership.birthday_percent").endswith("%")
    assert facts.shown("eu.free_from").startswith("€")
    assert facts.shown("past.returns.tents_days") == str(facts.past["returns.tents_days"])
    assert facts.shown("company.founded").isdigit()
    with pytest.raises(KeyError):
        facts.value("returns.nothing")


@given(st.integers(), st.lists(st.integers(), min_size=1, max_size=30))
def test_dice_shuffles_keep_every_item_and_draws_stay_in_range(seed: int, items: list[int]) -> None:
    dice = Dice(seed, "test")
    assert sorted(dice.shuffled(items)) == sorted(items)
    assert dice.pick(items) in items
    assert 3 <= dice.integer(3, 9) <= 9
    assert dice.weighted(["a", "b"], [0, 1]) == "b"
    assert len(dice.sample(items, 3)) == min(3, len(items))
