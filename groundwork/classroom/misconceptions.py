"""Which known mistake does a wrong solution behave like? For the instructor: what to explain again.

The solution and the exercise's mutants (solutions/mutants) run on the same official calls, in the same kind of sandbox,
and a mutant explains a solution if both return the same where either is wrong:

    agreement = |calls where both are alike and either is wrong| / |calls where either is wrong|
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwork.classroom.exercise import Exercise, Plain, Result
from groundwork.classroom.gradebook import Grade, Misconception
from groundwork.classroom.marking import Task, draw, run, same, sandbox_of
from groundwork.classroom.plain import alike
from groundwork.classroom.submission import SubmissionError, parse
from groundwork.files import replacing

LEAST = 0.8  # agreement from which on a mutant is named
STUB = "YOUR CODE HERE"
UNTOUCHED, UNKNOWN = "not attempted", ""
BLUE = "#0072b2"  # colour-blind-safe


@dataclass(frozen=True)
class Mutant:
    """A wrong solution: its name, what went wrong in it, its source."""

    name: str
    about: str
    source: str


@dataclass(frozen=True)
class Question:
    """A wrong solution and the mutants to hold against it; `task` has exactly one exercise."""

    task: Task
    mutants: tuple[Mutant, ...]


def explain(question: Question) -> Misconception:
    """Find the mutant that a wrong solution behaves like; the name is empty if none comes near."""
    task, (one,), (seed,) = question.task, question.task.exercises, question.task.seeds
    name, about, agreement = UNKNOWN, "", 0.0
    try:
        submission = parse(task.content, task.key.lab)
        source = submission.cells.get(one.id, "")
    except SubmissionError:
        source = ""
    if STUB in source:
        name, agreement = UNTOUCHED, 1.0
    elif source:
        drawn, sandbox = draw(one, seed, task.draws), sandbox_of(task)
        theirs = run(one, submission, drawn, sandbox)
        for mutant in question.mutants if theirs.results else ():
            ours = sandbox.run([mutant.source], one.function, drawn.calls, one.seconds * task.draws)
            found = agree(drawn.expected, theirs.results, ours.results) if ours.results else 0.0
            if found > agreement and found >= LEAST:
                name, about, agreement = mutant.name, mutant.about, found
    return Misconception(task.key.learner, task.key.lab, one.id, name, about, round(agreement, 3), task.key.unsafe)


def agree(expected: Sequence[Plain], theirs: Sequence[Result], ours: Sequence[Result]) -> float:
    """The share of the calls where either is wrong on which both are alike; 0 if there are none."""
    triples = list(zip(expected, theirs, ours, strict=True))
    wrong = [(one, other) for wanted, one, other in triples if not (right(wanted, one) and right(wanted, other))]
    return sum(same(one, other) for one, other in wrong) / len(wrong) if wrong else 0.0


def right(wanted: Plain, result: Result) -> bool:
    """Whether a result is the reference's value."""
    return not result.error and not result.mutated and alike(wanted, result.value)


def wrong_exercises(grade: Grade) -> list[str]:
    """The exercises of a grade in which a check failed."""
    return [one.exercise for one in grade.exercises if not all(outcome.passed for outcome in one.outcomes)]


def stored_mutants(one: Exercise) -> tuple[Mutant, ...]:
    """An exercise's mutants on disk."""
    from groundwork.classroom import mutants

    found = mutants.files(one, "mutants")
    return tuple(Mutant(each.name.split("__")[-1], each.about.split("\n")[0], each.source) for each in found)


def counted(found: Sequence[Misconception]) -> list[tuple[str, str, str, int]]:
    """Exercise, mistake, what went wrong, how many learners; the most frequent first, those without a name left out."""
    counts = Counter((one.exercise, one.mutant, one.about) for one in found if one.mutant)
    return [(*what, count) for what, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def plot(found: Sequence[Misconception], path: Path, most: int = 15) -> None:
    """Draw the class's most frequent mistakes as bars, a PNG file."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    bars = counted(found)[:most][::-1]
    unknown = sum(1 for one in found if not one.mutant)
    figure = Figure(figsize=(9, 1.2 + 0.35 * max(len(bars), 1)), layout="constrained")
    axes = figure.subplots()
    labels = [f"{exercise}: {name.replace('_', ' ')}" for exercise, name, _, _ in bars]
    axes.barh(labels, [count for *_, count in bars], color=BLUE)
    axes.set_xlabel("wrong solutions")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(f"{len(found) - unknown} of {len(found)} wrong solutions behave like a known mistake", loc="left")
    with replacing(path) as part:
        figure.savefig(part, dpi=120, format="png")
