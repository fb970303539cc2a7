"""One submission to its grade: what a Dask worker does. The learner's code runs in the sandbox, judging happens here.

A task carries the seeds that were made from the secret, never the secret itself.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundwork.classroom.exercise import Call, Exercise, Outcome, Plain, Result, copied, judged
from groundwork.classroom.gradebook import ExerciseGrade, Grade, Key
from groundwork.classroom.plain import alike, leaves
from groundwork.classroom.sandbox import Limits, Ran, Sandbox, memory_limit
from groundwork.classroom.submission import Submission, SubmissionError, parse

JUDGE_BYTES = 2 << 30  # what comparing may allocate: a forged array could blow up a comparison
LOST = "There is no cell for this exercise; was it deleted, or its metadata?"


@dataclass(frozen=True)
class Task:
    """A submission to grade: its bytes, the exercises, and a seed for each."""

    key: Key
    content: bytes
    exercises: tuple[Exercise, ...]
    seeds: tuple[int, ...]
    draws: int = 3
    limits: Limits = Limits()  # noqa: RUF009 - frozen


@dataclass(frozen=True)
class Drawn:
    """The official calls of an exercise, all draws together, and what the reference returns."""

    calls: tuple[Call, ...]
    expected: tuple[Plain, ...]
    draws: int


_own = threading.local()


def sandbox_of(task: Task) -> Sandbox:
    """This thread's sandbox, kept from task to task; nothing of a submission stays in it."""
    setting = (task.limits, task.key.unsafe)
    if getattr(_own, "setting", None) != setting:
        close_sandbox()
        _own.sandbox, _own.setting = Sandbox(task.limits, unsafe=task.key.unsafe), setting
    sandbox: Sandbox = _own.sandbox
    return sandbox


def close_sandbox() -> None:
    """End this thread's sandbox, if there is one."""
    if getattr(_own, "setting", None):
        _own.sandbox.close()
        _own.setting = None


def mark(task: Task) -> Grade:
    """Grade one submission. Whatever it holds, the answer is a Grade with every check of the lab in it."""
    started = time.perf_counter()
    try:
        submission = parse(task.content, task.key.lab)
    except SubmissionError as error:
        return nothing(task.key, task.exercises, str(error))
    pairs = zip(task.exercises, task.seeds, strict=True)
    done = tuple(mark_exercise(one, submission, draw(one, seed, task.draws), sandbox_of(task)) for one, seed in pairs)
    return Grade(task.key, "graded", done, round(time.perf_counter() - started, 3))


def nothing(key: Key, exercises: Sequence[Exercise], reason: str) -> Grade:
    """The grade of a submission that is not there or cannot be read."""
    return Grade(key, reason, tuple(ExerciseGrade(one.id, failed(one, reason)) for one in exercises))


def failed(one: Exercise, message: str) -> tuple[Outcome, ...]:
    """Every check failed for the same reason."""
    return tuple(Outcome(check.name, check.points, False, message) for check in one.checks)


def draw(one: Exercise, seed: int, draws: int) -> Drawn:
    """The calls of several draws of one seed, one after the other."""
    calls = [call for number in range(draws) for call in one.inputs(np.random.default_rng([seed, number]))]
    return Drawn(tuple(calls), tuple(one.reference(*copied(call.args)) for call in calls), draws)


def mark_exercise(one: Exercise, submission: Submission, drawn: Drawn, sandbox: Sandbox) -> ExerciseGrade:
    """Run and judge one exercise; a check passes only if it passes on every call of every draw."""
    if one.id not in submission.cells:
        return ExerciseGrade(one.id, failed(one, submission.problems.get(one.id, LOST)))
    ran = run(one, submission, drawn, sandbox)
    return ExerciseGrade(one.id, verdict(one, drawn, ran), ran.detail)


def run(one: Exercise, submission: Submission, drawn: Drawn, sandbox: Sandbox) -> Ran:
    """Run an exercise with its own cell and the shared imports only, so that another cell's fault is no harm; with all
    cells only if a name was missing, since a function may well call an earlier one."""
    seconds = one.seconds * drawn.draws
    ran = sandbox.run(submission.sources(one.id), one.function, drawn.calls, seconds)
    if "NameError" in ran.failure or any(result.error.startswith("NameError") for result in ran.results):
        again = sandbox.run(submission.all_sources(one.id), one.function, drawn.calls, seconds)
        return ran if again.failure else again
    return ran


def verdict(one: Exercise, drawn: Drawn, ran: Ran) -> tuple[Outcome, ...]:
    """The checks' outcomes on what came back."""
    if ran.failure:
        return failed(one, ran.failure)
    pairs = zip(drawn.expected, ran.results, strict=True)
    if any(leaves(result.value) > 4 * leaves(wanted) + 1000 for wanted, result in pairs):
        return failed(one, "Your function returned far more than was asked for.")
    with memory_limit(JUDGE_BYTES):
        return tuple(judged(check, drawn.calls, drawn.expected, ran.results) for check in one.checks)


def same(one: Result, other: Result) -> bool:
    """Whether two results are the same behaviour: like values, or the same kind of error."""
    if one.error or other.error:
        return one.error.split(" ")[0] == other.error.split(" ")[0]
    return one.mutated == other.mutated and alike(one.value, other.value)
