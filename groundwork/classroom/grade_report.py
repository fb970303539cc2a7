"""What is made from a gradebook: a CSV file, feedback pages, the class's mistakes as a table and a plot, and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from groundwork.classroom import misconceptions
from groundwork.classroom.feedback import write_feedback
from groundwork.classroom.gradebook import Grade, Misconception, export_csv
from groundwork.classroom.roster import Learner
from groundwork.evaluation.rows import Row


@dataclass(frozen=True)
class Report:
    """What a run did. `failed`: learner and lab of submissions that the grader itself could not finish."""

    grades: list[Grade]
    misconceptions: list[Misconception]
    new: int
    failed: list[str]
    strangers: list[str]


def publish(report: Report, learners: Sequence[Learner], titles: dict[str, str], out: Path) -> None:
    """Write everything that is made from the gradebook. `titles`: exercise id -> title."""
    export_csv(report.grades, {one.id: one.name for one in learners}, out / "grades.csv")
    for learner in learners:
        theirs = [one for one in report.grades if one.key.learner == learner.id]
        write_feedback(learner, theirs, titles, out / "feedback")
    if report.misconceptions:
        misconceptions.plot(report.misconceptions, out / "misconceptions.png")


def rows(report: Report) -> list[Row]:
    """The run as rows; each says so if there was no sandbox."""
    unsafe = "UNSAFE: no sandbox" if any(one.key.unsafe for one in report.grades) else ""
    graded = [one for one in report.grades if one.status == "graded"]
    named = sum(1 for one in report.misconceptions if one.mutant)
    found = [
        Row("submissions graded", len(graded), "", n=len(report.grades), baseline=unsafe),
        Row("submissions that the grader failed", len(report.failed), "", baseline=unsafe, bar="<= 0"),
        Row("wrong solutions explained by a known mistake", named, "", n=len(report.misconceptions), baseline=unsafe),
    ]
    for lab in dict.fromkeys(one.key.lab for one in graded):
        shares = [one.points / max(one.possible, 1) for one in graded if one.key.lab == lab]
        mean = sum(shares) / len(shares)
        found.append(Row(f"{lab}: mean share of the points", mean, "", n=len(shares), baseline=unsafe))
    return found


def print_report(report: Report, console: Console, most: int = 15) -> None:
    """The class's misconceptions and whatever needs a look."""
    table = Table(title="What wrong solutions behave like")
    for name in ("exercise", "mistake", "what went wrong", "learners"):
        table.add_column(name, justify="right" if name == "learners" else "left")
    for exercise, mistake, about, count in misconceptions.counted(report.misconceptions)[:most]:
        table.add_row(exercise, mistake.replace("_", " "), about, str(count))
    if table.row_count:
        console.print(table)
    for one in report.grades:
        if one.status not in ("graded", "missing"):
            line = f"{one.key.learner} {one.key.lab}: {one.status}"
            console.print(line, style="yellow", markup=False, soft_wrap=True)
    for what, names in (("not on the roster", report.strangers), ("not finished by the grader", report.failed)):
        if names:
            console.print(f"{what}: {', '.join(map(ascii, names))}", style="red", markup=False, soft_wrap=True)
