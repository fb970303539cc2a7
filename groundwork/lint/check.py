"""Apply the rules to notebooks, and report what they find as lines for a person and rows for a program."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from groundwork.errors import GroundworkError
from groundwork.evaluation.rows import Row
from groundwork.lint import rules
from groundwork.lint.cells import Notebook, read
from groundwork.paths import BUILD, ROOT

MINUTES = "minutes"


@dataclass(frozen=True)
class Finding:
    """What is wrong, in which cell (counted from 0) of which notebook, by which rule."""

    notebook: str
    cell: int
    rule: str
    message: str


def default_paths() -> list[Path]:
    """The chapters of the course."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def lint(paths: Sequence[Path], ran: Mapping[str, float] | None = None) -> list[Finding]:
    """Check notebooks; `ran` has the seconds that a run of each took, by name, and comes from `build/run/` if left out.

    Raises NotebookError, and GroundworkError if there is nothing to check.
    """
    if not paths:
        raise GroundworkError("There is no notebook to check. Name one, or run this in the course's folder.")
    seconds = measured(BUILD / "run") if ran is None else ran
    return [finding for path in paths for finding in check(read(path), seconds.get(path.stem))]


def check(notebook: Notebook, ran: float | None) -> list[Finding]:
    """Apply every rule to a notebook, from the first cell to the last."""
    if not notebook.cells:
        return [Finding(notebook.name, 0, "prose", "it has no cells")]
    wrong = [(name, cell, said) for name, rule in rules.RULES.items() for cell, said in rule(notebook)]
    wrong += [(MINUTES, cell, said) for cell, said in rules.minutes(notebook, ran)]
    return sorted((Finding(notebook.name, cell.number, name, said) for name, cell, said in wrong), key=_place)


def _place(finding: Finding) -> tuple[int, str]:
    return finding.cell, finding.rule


def measured(folder: Path) -> dict[str, float]:
    """The seconds that the last complete run of each notebook took, from the records of `course.py run`."""
    seconds = {}
    for path in folder.glob("*.json"):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["ok"]:
                seconds[path.stem] = float(record["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a record of another version says nothing
    return seconds


def rows(paths: Iterable[Path], findings: Sequence[Finding]) -> list[Row]:
    """One row for each notebook and rule: how many findings, of which none is allowed."""
    return [
        Row(
            name=f"{path.stem}: {rule}",
            value=sum(finding.notebook == path.stem and finding.rule == rule for finding in findings),
            unit="findings",
            n=len(read(path).cells),
            bar="<= 0",
        )
        for path in paths
        for rule in (*rules.RULES, MINUTES)
    ]


def print_findings(paths: Sequence[Path], findings: Sequence[Finding], console: Console) -> None:
    """Print a line for each finding, and how many there are."""
    for finding in findings:
        place = f"[bold]{escape(finding.notebook)}[/] cell {finding.cell}"
        console.print(f"{place}  [red]{finding.rule}[/]  {escape(finding.message)}", soft_wrap=True, highlight=False)
    verdict = f"{len(findings)} findings" if findings else "nothing to report"
    console.print(f"{len(paths)} notebooks, {len(rules.RULES) + 1} rules: {verdict}.", highlight=False)
