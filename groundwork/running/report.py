"""What a run ends with: a table for the terminal, rows for a program, and a page that links to every chapter."""

import datetime
import html
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from groundwork.evaluation.rows import Row
from groundwork.files import write_text
from groundwork.paths import ROOT
from groundwork.running.chapters import Chapter
from groundwork.running.execute import Outcome

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Groundwork: a run of the course</title>
<meta name="viewport" content="width=device-width">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid #ddd; vertical-align: top }}
.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
.bad {{ color: #a40000; font-weight: 600 }} .small {{ color: #666; font-size: .9rem }} a {{ color: #0057a0 }}
</style></head><body>
<h1>A run of the course</h1>
<p class="small">{when} · commit {commit} · Python {python} on {machine} ·
<code>python3 course.py run</code></p>
<table><thead><tr><th>chapter</th><th class="n">seconds</th><th>what it found</th><th class="n">value</th>
<th class="n">95 % interval</th><th class="n">n</th></tr></thead><tbody>
{rows}
</tbody></table>
<p>{verdict}</p>
</body></html>
"""


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Two or three rows a chapter: whether it ran to its end, its seconds, its headline."""
    made = []
    for outcome in outcomes:
        made.append(Row(f"{outcome.name}: ran to its end", float(outcome.ok), "", bar=">= 1"))
        made.append(Row(f"{outcome.name}: time", round(outcome.seconds, 2), "s"))
        if figure := outcome.headline:
            name = f"{outcome.name}: {figure.name}"
            made.append(Row(name, figure.value, figure.unit, figure.low, figure.high, figure.n))
    return made


def print_outcomes(outcomes: Sequence[Outcome], report: Path, console: Console) -> None:
    """Print the table, what failed and where, and the page's path."""
    table = Table(title="The course")
    for name in ("chapter", "seconds", "what it found", "value", "95 % interval", "n"):
        table.add_column(name, justify="left" if name in ("chapter", "what it found") else "right")
    for outcome in outcomes:
        table.add_row(*[escape(text) for text in _texts(outcome)], style="" if outcome.ok else "red")
    console.print(table)
    for outcome in outcomes:
        if failure := outcome.failure:
            said = escape(f"{failure.error}: {failure.message}"[:400])
            console.print(f"[red]{outcome.name} failed in cell {failure.cell}:[/] {said}", highlight=False)
    console.print(f"To read: {report}", soft_wrap=True, highlight=False)


def write_report(chapters: Sequence[Chapter], outcomes: Sequence[Outcome], folder: Path) -> Path:
    """Write `report.html` with a row and a link for each chapter; returns its path."""
    titles = {chapter.name: chapter.title for chapter in chapters}
    failed = [outcome for outcome in outcomes if not outcome.ok]
    verdict = f'<span class="bad">{len(failed)} of {len(outcomes)} chapters failed.</span>' if failed else (
        f"All {len(outcomes)} chapters ran to their end, in {sum(o.seconds for o in outcomes):.0f} seconds."
    )  # fmt: skip
    text = PAGE.format(
        when=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=html.escape(commit()),
        python=platform.python_version(),
        machine=html.escape(f"{platform.system()} {platform.machine()}"),
        rows="\n".join(_page_row(outcome, titles.get(outcome.name, outcome.name), folder) for outcome in outcomes),
        verdict=verdict,
    )
    path = folder / "report.html"
    write_text(path, text)
    return path


def commit() -> str:
    """The checkout's commit, with `-dirty` if files differ from it; `unknown` outside of git."""
    try:
        command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or "unknown"


def _texts(outcome: Outcome) -> tuple[str, str, str, str, str, str]:
    """A row as text: chapter, seconds, what it found, value, interval, n."""
    seconds = f"{outcome.seconds:.1f}"
    if outcome.failure:
        return outcome.name, seconds, f"failed in cell {outcome.failure.cell}: {outcome.failure.error}", "", "", ""
    figure = outcome.headline
    if figure is None:
        return outcome.name, seconds, "", "", "", ""
    interval = "" if figure.low is None or figure.high is None else f"{figure.low:g} to {figure.high:g}"
    return outcome.name, seconds, figure.name, f"{figure.value:g} {figure.unit}".strip(), interval, str(figure.n or "")


def _page_row(outcome: Outcome, title: str, folder: Path) -> str:
    _, seconds, found, *figures = (html.escape(text) for text in _texts(outcome))
    if outcome.failure:
        found = f'<span class="bad">{found}</span><br>{html.escape(outcome.failure.message[:400])}'
    page = f"{outcome.name}.html"
    name = f'<a href="{html.escape(page)}">{html.escape(title)}</a>' if (folder / page).exists() else html.escape(title)
    numbers = "".join(f'<td class="n">{text}</td>' for text in figures)
    return f'<tr><td>{name}</td><td class="n">{seconds}</td><td>{found}</td>{numbers}</tr>'
