"""An exercise as data: what to call, with which inputs, and how to judge what comes back.

One spec serves two judges. `check("lab05.rrf", rrf)` runs it inside the learner's notebook on a public seed; grading
runs it on a secret seed, with the learner's function in a sandbox. Either way only plain data crosses: calls go in,
results come out, and the comparison happens here, where the learner's code never runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Plain = Any  # None, bool, int, float, str, a NumPy array, or lists and string-keyed dicts of these


@dataclass(frozen=True)
class Call:
    """One call of the learner's function. `note` says what is special about it ("two documents with equal scores")."""

    args: tuple[Plain, ...]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What a call gave: a value, or the error as `TypeError: …`. `mutated` if the arguments were changed in place."""

    value: Plain = None
    error: str = ""
    mutated: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that is looked at. `judge` sees a call, the reference's value and the result's value, and returns what
    is wrong in the learner's terms, or None. It never repeats the expected value.

    A call that raised fails every check, so that `judge` only ever sees values.
    """

    name: str
    points: int
    judge: Callable[[Call, Plain, Plain], str | None]


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lab, such as `lab05.rrf`. `inputs` draws the calls from a generator; a dozen or so, no two runs
    alike, the awkward cases always among them."""

    id: str
    title: str
    minutes: int
    difficulty: int  # 1 (recall) to 5 (think)
    reference: Callable[..., Plain]
    inputs: Callable[[np.random.Generator], list[Call]]
    checks: tuple[Check, ...]
    seconds: float = 5.0  # for all calls together
    hints: tuple[str, ...] = field(default=())

    @property
    def function(self) -> str:
        """The name that the learner's function must have."""
        return self.reference.__name__

    @property
    def points(self) -> int:
        """All points together."""
        return sum(check.points for check in self.checks)


@dataclass(frozen=True)
class Outcome:
    """A check's verdict: passed, or the message to the learner."""

    check: str
    points: int
    passed: bool
    message: str = ""


Runner = Callable[[str, Sequence[Call]], list[Result]]  # function name, calls -> a result each, in order


def assess(exercise: Exercise, runner: Runner, rng: np.random.Generator) -> list[Outcome]:
    """Draw inputs, have them run, and judge the results: one outcome per check, the first failing call's message."""
    calls = exercise.inputs(rng)
    expected = [exercise.reference(*copied(call.args)) for call in calls]
    results = runner(exercise.function, calls)
    return [judged(check, calls, expected, results) for check in exercise.checks]


def judged(check: Check, calls: Sequence[Call], expected: Sequence[Plain], results: Sequence[Result]) -> Outcome:
    """One check over all calls."""
    if len(results) != len(calls):
        return Outcome(check.name, check.points, False, "Your function did not come back from every call.")
    for call, wanted, result in zip(calls, expected, results, strict=True):
        where = f" (input: {call.note})" if call.note else ""
        if result.error:
            return Outcome(check.name, check.points, False, f"Your function raised {result.error}{where}")
        try:
            message = check.judge(call, wanted, result.value)
        except Exception:  # noqa: BLE001 - a value of a shape that no check foresaw is a wrong answer
            message = f"Your function returned something of an unexpected kind: {type(result.value).__name__}."
        if message is None and result.mutated:
            message = "Your function changes its inputs in place; work on a copy."
        if message:
            return Outcome(check.name, check.points, False, message + where)
    return Outcome(check.name, check.points, True)


def copied(value: Plain) -> Plain:
    """A deep copy of plain data."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value
