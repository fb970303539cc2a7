"""`course.py grade`: a folder of submissions to a gradebook, feedback pages and the class's misconceptions.

This process reads the roster and the secret, hands tasks out, and is the only one that writes results. It can be killed
at any time: what is in the gradebook stays, and the next run does the rest.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from groundwork.classroom import misconceptions
from groundwork.classroom.exercise import Exercise
from groundwork.classroom.fan_out import Crew
from groundwork.classroom.grade_report import Report, publish
from groundwork.classroom.gradebook import Grade, Gradebook, Key, Misconception
from groundwork.classroom.marking import Task, close_sandbox, mark, nothing
from groundwork.classroom.misconceptions import Mutant, Question
from groundwork.classroom.roster import Learner, read_roster
from groundwork.classroom.sandbox import Limits, Sandbox, probe
from groundwork.classroom.seeds import grading_seed
from groundwork.classroom.submission import SubmissionError, find, read
from groundwork.errors import GroundworkError

SHORTEST_SECRET = 16  # bytes
FORMAT = "1"  # part of every fingerprint: a change of how grades are made grades anew


class GradeError(GroundworkError):
    """Grading that cannot start: no submissions, a secret that is none."""


@dataclass(frozen=True)
class Plan:
    """What a run grades with; the same for everybody."""

    submissions: Path
    learners: tuple[Learner, ...]
    secret: bytes = field(repr=False)
    labs: dict[str, tuple[Exercise, ...]]
    mutants: Callable[[Exercise], tuple[Mutant, ...]]
    unsafe: bool
    draws: int
    limits: Limits


def grade(
    submissions: Path,
    roster: Path,
    secret: bytes,
    out: Path,
    *,
    lab: str | None = None,
    workers: int = 2,
    scheduler: str | None = None,
    unsafe: bool = False,
    exercises: Sequence[Exercise] | None = None,
    mutants: Callable[[Exercise], tuple[Mutant, ...]] | None = None,
    draws: int = 3,
    limits: Limits | None = None,
    console: Console | None = None,
) -> Report:
    """Grade `SUBMISSIONS/<learner>/labNN_….ipynb` of everybody on the roster into `OUT/gradebook.sqlite`,
    `grades.csv`, `feedback/<learner>.html` and `misconceptions.png`.

    Grades that are there already, made from the same submission, secret and exercises, are kept. `exercises` and
    `mutants` default to the course's, `lab` to all labs. Raises GradeError, RosterError, SandboxMissingError (without
    bubblewrap, unless `unsafe`), GradebookError, ClusterError.
    """
    labs = grouped(chosen(lab, exercises))
    source = mutants or misconceptions.stored_mutants
    learners = tuple(read_roster(roster))
    plan = Plan(submissions, learners, checked(secret), labs, source, unsafe, draws, limits or Limits())
    if not submissions.is_dir():
        raise GradeError(f"There is no folder {submissions}; it should hold a folder for each learner.")
    with Sandbox(plan.limits, unsafe=unsafe) as sandbox:
        probe(sandbox)
    try:
        progress = Progress(console=console, disable=console is None)
        with Gradebook(out / "gradebook.sqlite") as book, Crew(workers, scheduler) as crew, progress as bar:
            new, failed = mark_all(plan, book, crew, bar)
            explain_all(plan, book, crew, bar)
            report = Report(current(plan, book), explained(plan, book), new, failed, strangers(plan))
    finally:
        close_sandbox()
    titles = {one.id: one.title for each in labs.values() for one in each}
    publish(report, learners, titles, out)
    return report


def mark_all(plan: Plan, book: Gradebook, crew: Crew, bar: Progress) -> tuple[int, list[str]]:
    """Grade what is not graded yet; how many, and whom the grader failed."""
    todo = [(one, lab) for lab in plan.labs for one in plan.learners]
    shown, new, failed = bar.add_task("Grading", total=len(todo)), 0, []
    tasks = tasks_of(plan, book, todo, lambda: bar.advance(shown))
    for task, result in crew.each(mark, tasks):
        bar.advance(shown)
        if result is None:
            failed.append(f"{task.key.learner} {task.key.lab}")
        else:
            book.put(result)
            new += 1
    return new, failed


def tasks_of(
    plan: Plan, book: Gradebook, todo: Iterable[tuple[Learner, str]], skip: Callable[[], None]
) -> Iterator[Task]:
    """What there is to do; submissions that are missing or cannot be read are entered here and now."""
    specs = {lab: fingerprint(exercises) for lab, exercises in plan.labs.items()}
    for learner, lab in todo:
        content, reason = opened(plan.submissions, learner.id, lab)
        made_from = hashlib.sha256(content).hexdigest() if not reason else f"none: {reason}"
        key = Key(learner.id, lab, made_from, secret_fingerprint(plan), specs[lab], plan.unsafe)
        if not book.holds(key) and not reason:
            yield task_of(plan, key, content, plan.labs[lab])
            continue
        if not book.holds(key):
            book.put(nothing(key, plan.labs[lab], reason))
        skip()


def task_of(plan: Plan, key: Key, content: bytes, exercises: tuple[Exercise, ...]) -> Task:
    """A task with the learner's seeds."""
    seeds = tuple(grading_seed(plan.secret, key.learner, one.id) for one in exercises)
    return Task(key, content, exercises, seeds, plan.draws, plan.limits)


def opened(folder: Path, learner: str, lab: str) -> tuple[bytes, str]:
    """A submission's bytes, or why there are none."""
    try:
        path = find(folder, learner, lab)
        return (read(path), "") if path else (b"", "missing")
    except SubmissionError as error:
        return b"", str(error)


def explain_all(plan: Plan, book: Gradebook, crew: Crew, bar: Progress) -> None:
    """Find out what wrong solutions behave like, where that is not known yet."""
    known = {(one.learner, one.exercise) for one in book.misconceptions()}
    todo = [
        (one.key, id)
        for one in current(plan, book)
        if one.status == "graded"
        for id in misconceptions.wrong_exercises(one)
        if (one.key.learner, id) not in known
    ]
    if not todo:
        return
    shown = bar.add_task("Wrong solutions", total=len(todo))
    for _, found in crew.each(misconceptions.explain, questions(plan, todo)):
        bar.advance(shown)
        if found:
            book.put_misconception(found)


def questions(plan: Plan, todo: Iterable[tuple[Key, str]]) -> Iterator[Question]:
    """A question for each wrong exercise whose submission is still the one that was graded."""
    stored: dict[str, tuple[Mutant, ...]] = {}
    for key, id in todo:
        one = next(each for each in plan.labs[key.lab] if each.id == id)
        content, reason = opened(plan.submissions, key.learner, key.lab)
        if not reason and hashlib.sha256(content).hexdigest() == key.submission:
            if id not in stored:
                stored[id] = plan.mutants(one)
            yield Question(task_of(plan, key, content, (one,)), stored[id])


def current(plan: Plan, book: Gradebook) -> list[Grade]:
    """The grades of the class in the labs of this run."""
    ids = {one.id for one in plan.learners}
    return [one for one in book.grades() if one.key.lab in plan.labs and one.key.learner in ids]


def explained(plan: Plan, book: Gradebook) -> list[Misconception]:
    """The misconceptions of the class in the labs of this run."""
    ids = {one.id for one in plan.learners}
    return [one for one in book.misconceptions() if one.lab in plan.labs and one.learner in ids]


def strangers(plan: Plan) -> list[str]:
    """Folders of nobody on the roster; they are not opened."""
    ids = {one.id for one in plan.learners}
    return sorted(path.name for path in plan.submissions.iterdir() if path.name not in ids and path.name[0] != ".")


def chosen(lab: str | None, exercises: Sequence[Exercise] | None) -> Sequence[Exercise]:
    """The exercises to grade."""
    if exercises is None:
        from groundwork.classroom import registry

        return registry.of_lab(lab) if lab else list(registry.EXERCISES.values())
    return [one for one in exercises if lab in (None, one.id.split(".")[0])]


def grouped(exercises: Sequence[Exercise]) -> dict[str, tuple[Exercise, ...]]:
    """Exercises by lab. Raises GradeError if there are none."""
    if not exercises:
        raise GradeError("There are no exercises to grade.")
    labs = dict.fromkeys(one.id.split(".")[0] for one in exercises)
    return {lab: tuple(one for one in exercises if one.id.split(".")[0] == lab) for lab in labs}


def checked(secret: bytes) -> bytes:
    """The secret. Raises GradeError if it is too short to be one."""
    if len(secret) < SHORTEST_SECRET:
        raise GradeError(
            f"The secret has {len(secret)} bytes; at least {SHORTEST_SECRET} are needed. Make one, keep it, and never "
            'put it where learners look: python -c "import secrets; print(secrets.token_hex(32))" > secret.txt'
        )
    return secret


def secret_fingerprint(plan: Plan) -> str:
    """What tells two secrets apart and tells nothing else."""
    return hmac.new(plan.secret, b"fingerprint of the grading secret", hashlib.sha256).hexdigest()[:16]


def fingerprint(exercises: Sequence[Exercise]) -> str:
    """The code that exercises are made of: references, inputs and judges, by the files that hold them."""
    functions = [each for one in exercises for each in (one.reference, one.inputs, *(c.judge for c in one.checks))]
    files = {each.__code__.co_filename for each in functions if hasattr(each, "__code__")}
    parts = [FORMAT.encode(), *(one.id.encode() for one in exercises)]
    parts += [Path(name).read_bytes() for name in sorted(files) if Path(name).is_file()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
