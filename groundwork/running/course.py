"""Execute the course in order, and end with a table and a page: `course.py run`.

A chapter that has not changed since it last succeeded is not run again; one that fails is reported with its cell, and
the rest goes on. The chat model's server is started once and shared by all chapters.
"""

from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from groundwork.errors import GroundworkError
from groundwork.lab import kernels_of_the_course, require_kernel
from groundwork.paths import BUILD
from groundwork.running.chapters import NOTEBOOKS, Chapter, ground, select
from groundwork.running.execute import Outcome, execute, remembered
from groundwork.running.report import print_outcomes, write_report

FOLDER = BUILD / "run"


def run_course(
    only: str | None = None,
    *,
    fresh: bool = False,
    console: Console | None = None,
    notebooks: Path = NOTEBOOKS,
    folder: Path = FOLDER,
) -> list[Outcome]:
    """Run the chapters named in `only` (`03,05`; all if left out), print the table, write `report.html`.

    `fresh` runs also what has not changed. Raises GroundworkError for an unknown chapter, or while another run is at
    work in the same folder.
    """
    console = console or Console()
    chapters = select(only, notebooks)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0), kernels_of_the_course():
            require_kernel()
            outcomes = _run_all(chapters, fresh, console, folder)
    except Timeout:
        raise GroundworkError(f"Another run is at work in {folder}. Wait until it has ended.") from None
    report = write_report(chapters, outcomes, folder)
    print_outcomes(outcomes, report, console)
    return outcomes


def _run_all(chapters: Sequence[Chapter], fresh: bool, console: Console, folder: Path) -> list[Outcome]:
    basis = ground()
    prints = {chapter.name: chapter.fingerprint(basis) for chapter in chapters}
    known = {c.name: None if fresh else remembered(c, prints[c.name], folder) for c in chapters}
    if any(chapter.asks_a_model and not known[chapter.name] for chapter in chapters):
        wake_the_model(console)
    outcomes: list[Outcome] = []
    with Bars(chapters, console) as bars:
        for chapter in chapters:
            outcome = known[chapter.name]
            bars.begin(chapter.name)
            if outcome is None:
                outcome = execute(chapter, prints[chapter.name], folder, bars.step)
                bars.end(_line(outcome))
            else:
                bars.end(f"{chapter.name}: unchanged, not run again")
            outcomes.append(outcome)
    return outcomes


class Bars(Progress):
    """A bar for each chapter and one for the whole, in cells; without a terminal only a line for each chapter."""

    def __init__(self, chapters: Sequence[Chapter], console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        super().__init__(*columns, console=console, disable=not console.is_terminal)
        self.cells = {chapter.name: len(chapter.notebook.cells) for chapter in chapters}
        self.bars = {name: self.add_task(name, total=cells, start=False) for name, cells in self.cells.items()}
        self.whole = self.add_task("[bold]the course", total=sum(self.cells.values()))
        self.before, self.name = 0, ""

    def begin(self, name: str) -> None:
        """A chapter begins."""
        self.name = name
        self.start_task(self.bars[name])

    def step(self, cell: int) -> None:
        """Its cell number `cell` begins."""
        self.update(self.bars[self.name], completed=cell)
        self.update(self.whole, completed=self.before + cell)

    def end(self, line: str) -> None:
        """It has ended, as `line` says; the bar of one that failed stays where it is."""
        self.before += self.cells[self.name]
        self.update(self.whole, completed=self.before)
        if "failed" not in line:
            self.update(self.bars[self.name], completed=self.cells[self.name])
        self.stop_task(self.bars[self.name])
        self.console.print(line, highlight=False)


def wake_the_model(console: Console) -> None:
    """Start the shared model server; without it the chapters that need it fail or hand over, and say so themselves."""
    from groundwork.models import server
    from groundwork.models.chat_errors import ModelUnavailable

    try:
        server.ensure()
    except ModelUnavailable as error:
        console.print(f"[yellow]The chapters run without the chat model:[/] {error}", soft_wrap=True)


def _line(outcome: Outcome) -> str:
    if outcome.failure:
        failure = outcome.failure
        return f"[red]{outcome.name}: failed in cell {failure.cell}[/] after {outcome.seconds:.0f} s: {failure.error}"
    return f"{outcome.name}: {outcome.seconds:.0f} s"
