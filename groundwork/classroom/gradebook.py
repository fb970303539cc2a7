"""The gradebook: one SQLite file that only the supervisor writes, and a CSV file for spreadsheets.

A learner and lab have one grade, stored together with what it was made from (the submission's hash, the secret's
fingerprint, the exercises' fingerprint, safe or not): if these are the same, there is nothing to do; if not, the new
grade takes the old one's place. One transaction a grade, so that a kill leaves whole grades only.
"""

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from groundwork.classroom.exercise import Outcome
from groundwork.errors import GroundworkError
from groundwork.files import write_text

SCHEMA = """
CREATE TABLE IF NOT EXISTS grade (
    learner TEXT, lab TEXT, submission TEXT NOT NULL, secret TEXT NOT NULL, spec TEXT NOT NULL, unsafe INTEGER NOT NULL,
    status TEXT NOT NULL, points INTEGER NOT NULL, possible INTEGER NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (learner, lab));
CREATE TABLE IF NOT EXISTS outcome (
    learner TEXT, lab TEXT, exercise TEXT, position INTEGER, name TEXT NOT NULL, points INTEGER NOT NULL,
    passed INTEGER NOT NULL, message TEXT NOT NULL, detail TEXT NOT NULL, unsafe INTEGER NOT NULL,
    PRIMARY KEY (learner, lab, exercise, position),
    FOREIGN KEY (learner, lab) REFERENCES grade ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS misconception (
    learner TEXT, lab TEXT, exercise TEXT, mutant TEXT NOT NULL, about TEXT NOT NULL, agreement REAL NOT NULL,
    unsafe INTEGER NOT NULL,
    PRIMARY KEY (learner, lab, exercise),
    FOREIGN KEY (learner, lab) REFERENCES grade ON DELETE CASCADE);
"""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class GradebookError(GroundworkError):
    """A gradebook that cannot be opened or written."""


@dataclass(frozen=True)
class Key:
    """What a grade was made for and from."""

    learner: str
    lab: str
    submission: str  # SHA-256 of its bytes, or why there are none
    secret: str  # a fingerprint, never the secret
    spec: str  # a fingerprint of the exercises
    unsafe: bool


@dataclass(frozen=True)
class ExerciseGrade:
    """One exercise's outcomes. `detail` is what the learner's code said of itself, for the instructor only."""

    exercise: str
    outcomes: tuple[Outcome, ...]
    detail: str = ""


@dataclass(frozen=True)
class Grade:
    """A learner's grade in a lab. `status` is `graded`, `missing`, or why the submission could not be graded."""

    key: Key
    status: str
    exercises: tuple[ExerciseGrade, ...] = field(default=())
    seconds: float = 0.0

    @property
    def points(self) -> int:
        """Points of the checks that passed."""
        return sum(one.points for each in self.exercises for one in each.outcomes if one.passed)

    @property
    def possible(self) -> int:
        """Points of all checks."""
        return sum(one.points for each in self.exercises for one in each.outcomes)


@dataclass(frozen=True)
class Misconception:
    """A wrong solution, the known mistake it behaves like ("" for none), and on which share of the calls."""

    learner: str
    lab: str
    exercise: str
    mutant: str
    about: str
    agreement: float
    unsafe: bool = False


class Gradebook:
    """The open database. Use it as `with Gradebook(path) as book:`; raises GradebookError if it is no gradebook."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        try:
            self.base = sqlite3.connect(path)
            self.base.executescript(f"PRAGMA foreign_keys = ON; {SCHEMA}")
        except sqlite3.Error as error:
            raise GradebookError(f"{path} cannot be used as a gradebook: {error}. Name another --out.") from error

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.base.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing. Raises GradebookError if the disk or a lock prevents it."""
        try:
            with self.base:
                yield self.base
        except sqlite3.OperationalError as error:
            raise GradebookError(f"{self.path} cannot be written: {error}.") from error

    def holds(self, key: Key) -> bool:
        """Whether there is a grade that was made from exactly this."""
        query = "SELECT submission, secret, spec, unsafe FROM grade WHERE learner = ? AND lab = ?"
        row = self.base.execute(query, (key.learner, key.lab)).fetchone()
        return bool(row == (key.submission, key.secret, key.spec, key.unsafe))

    def put(self, grade: Grade) -> None:
        """Store a grade in the place of the learner's earlier one in this lab."""
        key = grade.key
        with self.writing() as base:
            base.execute("DELETE FROM grade WHERE learner = ? AND lab = ?", (key.learner, key.lab))
            values = (key.learner, key.lab, key.submission, key.secret, key.spec, key.unsafe)
            total = (grade.status, grade.points, grade.possible, grade.seconds)
            base.execute("INSERT INTO grade VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*values, *total))
            base.executemany("INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows_of(grade))

    def put_misconception(self, one: Misconception) -> None:
        """Store what a wrong solution behaves like."""
        values = (one.learner, one.lab, one.exercise, one.mutant, one.about, one.agreement, one.unsafe)
        with self.writing() as base:
            base.execute("INSERT OR REPLACE INTO misconception VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def grades(self, lab: str | None = None) -> list[Grade]:
        """All grades, or a lab's, by lab and learner."""
        query = "SELECT learner, lab, submission, secret, spec, unsafe, status, seconds FROM grade"
        where, values = (" WHERE lab = ?", (lab,)) if lab else ("", ())
        rows = self.base.execute(f"{query}{where} ORDER BY lab, learner", values).fetchall()
        keys = [
            Key(learner, lab, made, secret, spec, bool(unsafe)) for learner, lab, made, secret, spec, unsafe, *_ in rows
        ]
        return [
            Grade(key, row[6], self.exercises(key.learner, key.lab), row[7])
            for key, row in zip(keys, rows, strict=True)
        ]

    def exercises(self, learner: str, lab: str) -> tuple[ExerciseGrade, ...]:
        """A learner's exercises in a lab, in the order of the lab."""
        query = (
            "SELECT exercise, detail, name, points, passed, message FROM outcome "
            "WHERE learner = ? AND lab = ? ORDER BY rowid"
        )
        found: dict[tuple[str, str], list[Outcome]] = {}
        for exercise, detail, name, points, passed, message in self.base.execute(query, (learner, lab)):
            found.setdefault((exercise, detail), []).append(Outcome(name, points, bool(passed), message))
        return tuple(ExerciseGrade(id, tuple(outcomes), detail) for (id, detail), outcomes in found.items())

    def misconceptions(self, lab: str | None = None) -> list[Misconception]:
        """What wrong solutions behave like, by exercise and learner."""
        rows = self.base.execute("SELECT * FROM misconception ORDER BY exercise, learner").fetchall()
        found = [Misconception(*row) for row in rows if lab in (None, row[1])]  # columns in the order of the fields
        return [replace(one, unsafe=bool(one.unsafe)) for one in found]

    def dump(self) -> list[str]:
        """The database as SQL text; two equal ones give the same."""
        return list(self.base.iterdump())


def rows_of(grade: Grade) -> Iterator[tuple[object, ...]]:
    """A grade's checks as rows of the table `outcome`."""
    key = grade.key
    for each in grade.exercises:
        for position, one in enumerate(each.outcomes):
            judged = (position, one.check, one.points, one.passed, one.message)
            yield key.learner, key.lab, each.exercise, *judged, each.detail, key.unsafe


def export_csv(grades: Iterable[Grade], names: dict[str, str], path: Path) -> None:
    """Write a row a learner and lab: points by exercise as `name: points`, total, status, unsafe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", "name", "lab", "points", "possible", "exercises", "status", "unsafe"])
    for grade in grades:
        each = "; ".join(f"{one.exercise}: {points(one)}" for one in grade.exercises)
        who = (grade.key.learner, names.get(grade.key.learner, ""), grade.key.lab)
        row = (*who, grade.points, grade.possible, each, grade.status, "UNSAFE" if grade.key.unsafe else "")
        writer.writerow([harmless(value) for value in row])
    write_text(path, text.getvalue())


def points(one: ExerciseGrade) -> int:
    """An exercise's points."""
    return sum(outcome.points for outcome in one.outcomes if outcome.passed)


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA) else value
