"""`check` tells a learner what is wrong, never ends with a traceback, and never shows the answer."""

import time

import numpy as np
import pytest

from groundwork.classroom.check import check, here
from groundwork.classroom.exercise import Call, Result
from groundwork.classroom.registry import exercise

RRF = exercise("lab05.rrf")


def messages(function: object) -> str:
    return " ".join(outcome.message for outcome in check("lab05.rrf", function).outcomes)


def test_full_marks_are_said_in_text_and_in_html() -> None:
    summary = check("lab05.rrf", RRF.reference)
    assert summary.passed
    assert summary.points == RRF.points == 8
    assert repr(summary).startswith("Reciprocal rank fusion: 8 of 8 points\n  ✓ ")
    assert "8 of 8" in summary._repr_html_()
    assert "Hint" not in repr(summary)


def test_a_usual_mistake_is_named() -> None:
    def from_zero(rankings, k=60):
        return RRF.reference(rankings, k - 1) if k else []

    assert "count from 0" in messages(from_zero)
    assert "turned round" in messages(lambda rankings, k=60: RRF.reference(rankings, k)[::-1])
    assert "does not use the k" in messages(lambda rankings, k=60: RRF.reference(rankings))


def test_partial_marks() -> None:
    def ties(rankings, k=60):
        return sorted(RRF.reference(rankings, k), key=lambda pair: (-pair[1], pair[0]))

    summary = check("lab05.rrf", ties)
    assert summary.points == 7
    assert not summary.passed
    assert "Hint" in repr(summary)
    assert "<details>" in summary._repr_html_()


def test_an_error_is_reported_with_its_text_and_escaped() -> None:
    def fails(rankings, k=60):
        raise ValueError("<b>no</b>")

    summary = check("lab05.rrf", fails)
    assert summary.points == 0
    assert "raised ValueError: <b>no</b>" in repr(summary)
    assert "<b>no</b>" not in summary._repr_html_()


def test_a_wrong_signature_and_no_function_at_all() -> None:
    assert "TypeError" in messages(lambda: None)
    assert "no function but list" in messages([1, 2])


def test_changing_the_input_costs_points() -> None:
    def greedy(rankings, k=60):
        result = RRF.reference(rankings, k)
        rankings.clear()
        return result

    assert "in place" in messages(greedy)


def test_the_learners_inputs_are_copies() -> None:
    calls = [Call(([["a"], ["b"]],))]
    results = here(lambda rankings: rankings.clear())("f", calls)
    assert results[0].mutated
    assert calls[0].args == ([["a"], ["b"]],)


def test_calls_after_the_time_is_up_are_not_made() -> None:
    made = []

    def slow(x: int) -> int:
        made.append(x)
        time.sleep(0.05)
        return x

    results = here(slow, seconds=0.02)("slow", [Call((1,)), Call((2,)), Call((3,))])
    assert [result.error[:12] for result in results] == ["", "TimeoutError", "TimeoutError"]
    assert made == [1]


def test_a_keyboard_interrupt_is_the_learners_way_out() -> None:
    def stop(rankings, k=60):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("lab05.rrf", stop)


def test_nbgrader_reads_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert repr(check("lab05.rrf", RRF.reference)) == "8"
    assert repr(check("lab05.rrf", lambda rankings, k=60: [])) == "0"


def returned(value: object) -> Result:
    return here(lambda: value)("f", [Call(())])[0]


def test_values_come_out_as_from_the_sandbox() -> None:
    value = returned((1, np.float64(2.5), {"a": (np.int32(3),)}, [np.bool_(True)])).value
    assert value == [1, 2.5, {"a": [3]}, [True]]
    assert type(value[1]) is float
    assert (returned(np.arange(3.0)).value == [0, 1, 2]).all()


def test_what_is_no_plain_data_cannot_be_graded() -> None:
    for value in ({1, 2}, object(), lambda: 1, [print]):
        assert "can't be graded" in returned(value).error


def test_arguments_arrive_as_in_the_sandbox_and_every_change_is_seen() -> None:
    def run(function, *args) -> Result:
        return here(function)("f", [Call(args)])[0]

    assert run(lambda pair: type(pair).__name__, ("a", "b")).value == "list"
    assert not run(lambda table: table.sum(), np.zeros(3)).mutated
    for change, args in (
        (lambda table: table.fill(1), np.zeros(3)),
        (lambda words: words.sort(), ["b", "a"]),
        (lambda nested: nested["a"].append(1), {"a": []}),
        (lambda words: words.append(print), ["b", "a"]),
    ):
        assert run(change, args).mutated
