"""Every exercise of every lab: its reference is right by its own checks, and its checks are fair."""

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.classroom.check import check
from groundwork.classroom.exercise import Call, Exercise, Result, assess
from groundwork.classroom.mutants import attempt, files
from groundwork.classroom.registry import EXERCISES, ExerciseError, exercise, grade_id, labs, of_lab

EVERY = pytest.mark.parametrize("one", EXERCISES.values(), ids=EXERCISES.keys())
JUNK = [None, True, 0, -1, 1e400, float("nan"), "text", [], [[]], [None], {}, {"a": 1}, np.zeros((2, 0)), [("a", "b")]]


def drawn(one: Exercise, seed: int) -> list[Call]:
    return one.inputs(np.random.default_rng(seed))


@EVERY
@settings(max_examples=10)
@given(seed=st.integers(0, 2**63 - 1))
def test_the_reference_gets_full_marks_on_any_seed(one: Exercise, seed: int) -> None:
    assert check(one.id, one.reference, seed).passed


@EVERY
def test_inputs_are_drawn_from_the_seed_and_from_nothing_else(one: Exercise) -> None:
    calls = [[repr(call) for call in drawn(one, seed)] for seed in (1, 1, 2, 3)]
    assert calls[0] == calls[1]
    assert calls[0] != calls[2] != calls[3]


@EVERY
def test_the_awkward_cases_are_always_there(one: Exercise) -> None:
    notes = [sorted({call.note for call in drawn(one, seed)}) for seed in range(8)]
    assert all(each == notes[0] for each in notes)
    assert len(notes[0]) > 2


@EVERY
def test_only_plain_data_crosses(one: Exercise) -> None:
    def plain(value: object) -> bool:
        if isinstance(value, list | tuple):
            return all(map(plain, value))
        if isinstance(value, dict):
            return all(isinstance(key, str) for key in value) and all(map(plain, value.values()))
        return value is None or type(value) in (bool, int, float, str, np.ndarray)

    for call in drawn(one, 0):
        assert plain(call.args), call
        assert plain(one.reference(*call.args)), call


@EVERY
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_passes_no_check(one: Exercise, junk: object) -> None:
    outcomes = assess(one, lambda _, calls: [Result(junk)] * len(calls), np.random.default_rng(0))
    assert not any(outcome.passed for outcome in outcomes)


@EVERY
def test_no_message_tells_the_expected_value(one: Exercise) -> None:
    """A figure of two decimals in a message would be a result; what the learner's own error says is theirs."""
    for variant in files(one, "mutants"):
        for outcome in attempt(one, variant, 0):
            own = "raised" in outcome.message
            assert own or not re.search(r"\d\.\d\d", outcome.message), outcome
            assert "expected" not in outcome.message.lower()


@EVERY
def test_the_reference_leaves_plenty_of_time(one: Exercise) -> None:
    begun = time.process_time()
    for call in drawn(one, 0):
        one.reference(*call.args)
    assert time.process_time() - begun < one.seconds / 5


@EVERY
def test_what_a_learner_reads_is_complete(one: Exercise) -> None:
    assert 1 <= one.difficulty <= 5
    assert 5 <= one.minutes <= 60
    assert all(part.points > 0 for part in one.checks)
    assert len({part.name for part in one.checks}) == len(one.checks)
    assert one.hints
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", grade_id(one.id))  # what nbgrader allows


def test_the_registry_finds_exercises_by_lab_and_by_id() -> None:
    assert "lab05" in labs()
    assert [one.id for one in of_lab("lab05")] == ["lab05.bm25", "lab05.rrf", "lab05.ndcg", "lab05.coverage"]
    assert exercise("lab05.rrf").function == "rrf"


def test_an_unknown_exercise_names_its_neighbours() -> None:
    with pytest.raises(ExerciseError, match=r"lab05\.rrf"):
        exercise("lab05.rff")
    with pytest.raises(ExerciseError, match="lab05"):
        of_lab("lab99")
