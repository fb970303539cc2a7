"""`check("lab05.rrf", rrf)`: what is wrong with a function, in the learner's terms, at once, inside the notebook.

The same exercise as in grading, on a seed that everybody knows; so full marks here promise nothing that a solution made
for these very inputs would get there. The function runs in this process, since it is the learner's own machine.
"""

import html
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundwork.classroom import plain
from groundwork.classroom.exercise import Call, Exercise, Outcome, Plain, Result, Runner, assess
from groundwork.classroom.registry import exercise
from groundwork.classroom.seeds import PUBLIC

GREEN, RED = "#00704f", "#b33b00"  # readable on white and, as a mark beside a word, never the only sign


@dataclass(frozen=True, repr=False)
class Summary:
    """What `check` found; a notebook shows it as a list, everything else as text."""

    exercise: Exercise
    outcomes: tuple[Outcome, ...]

    @property
    def points(self) -> int:
        """Points of the checks that passed."""
        return sum(outcome.points for outcome in self.outcomes if outcome.passed)

    @property
    def passed(self) -> bool:
        """Whether all checks passed."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def headline(self) -> str:
        """One line: the exercise and its points."""
        return f"{self.exercise.title}: {self.points} of {self.exercise.points} points"

    def __repr__(self) -> str:
        if os.environ.get("NBGRADER_EXECUTION") == "autograde":  # nbgrader reads a cell's points from its output
            return str(self.points)
        lines = [
            f"{'✓' if one.passed else '✗'} {one.check} ({one.points})" + ("" if one.passed else f": {one.message}")
            for one in self.outcomes
        ]
        hints = [] if self.passed else [f"Hint: {hint}" for hint in self.exercise.hints[:1]]
        return "\n".join([self.headline, *(f"  {line}" for line in [*lines, *hints])])

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li><span style="color:{GREEN if one.passed else RED}">{"✓" if one.passed else "✗"}</span> '
            f"{html.escape(one.check)} ({one.points})"
            + ("" if one.passed else f"<br>{html.escape(one.message)}")
            + "</li>"
            for one in self.outcomes
        )
        hints = "".join(f"<li>{html.escape(hint)}</li>" for hint in self.exercise.hints)
        aid = f"<details><summary>Hints</summary><ul>{hints}</ul></details>" if hints and not self.passed else ""
        bullets = "list-style:none;padding-left:0.5em"
        return f'<div><b>{html.escape(self.headline)}</b><ul style="{bullets}">{items}</ul>{aid}</div>'


def check(id: str, function: Any, seed: int = PUBLIC) -> Summary:
    """Judge a function that you wrote. Raises ExerciseError if there is no such exercise.

    The result tells what is wrong and shows no expected value; `points` and `passed` are there for programs.
    """
    one = exercise(id)
    return Summary(one, tuple(assess(one, here(function, one.seconds), np.random.default_rng(seed))))


def here(function: Any, seconds: float = 60.0) -> Runner:
    """A runner that calls the function in this process; calls after `seconds` are not made and count as too slow."""

    def run(name: str, calls: Sequence[Call]) -> list[Result]:
        if not callable(function):
            return [Result(error=f"TypeError: {name} is no function but {type(function).__name__}")] * len(calls)
        end = time.monotonic() + seconds
        return [called(function, call) if time.monotonic() < end else too_slow(seconds) for call in calls]

    return run


def too_slow(seconds: float) -> Result:
    """What a call gets for which no time was left."""
    return Result(error=f"TimeoutError: all calls together may take {seconds:g} seconds")


def called(function: Callable[..., Plain], call: Call) -> Result:
    """One call, as the sandbox makes it: arguments go in and the value comes out as plain data, never as themselves."""
    given = plain.decode(plain.encode(call.args))
    before = plain.encode(given)
    try:
        value = plain.decode(plain.encode(function(*given)))
    except plain.PlainError as error:
        return Result(error=f"TypeError: what it returns can't be graded. {error}")
    except Exception as error:  # noqa: BLE001 - whatever the learner's code raises is a finding, not our failure
        return Result(error=f"{type(error).__name__}: {error}")
    return Result(value, mutated=changed(given, before))


def changed(given: Plain, before: Plain) -> bool:
    """Whether arguments are no longer what they were."""
    try:
        return json.dumps(plain.encode(given)) != json.dumps(before)
    except plain.PlainError:  # something that is no plain data was put into them
        return True
