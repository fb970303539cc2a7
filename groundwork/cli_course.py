"""The command line's verbs for reading, checking and teaching the course; `cli.py` has the assistant's."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer()
out, err = Console(), Console(stderr=True)
JsonOption = Annotated[Path | None, typer.Option("--json", help="Write the rows to this file.")]


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Where it listens, on this machine only; if taken, the next.")] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on the notebooks, with a kernel that has everything."""
    from groundwork.lab import open_lab

    open_lab(port=port, browser=browser)


@app.command("run")
def course_run(
    only: Annotated[str | None, typer.Option(help="Some chapters, such as 03,05.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run also what has not changed since it last ran.")] = False,
    as_json: JsonOption = None,
) -> None:
    """Execute the course in order; ends with a table and a page to read. Goes on where it stopped."""
    from groundwork.evaluation.rows import write_rows
    from groundwork.running import rows, run_course

    outcomes = run_course(only, fresh=fresh, console=out)
    if as_json:
        write_rows(rows(outcomes), as_json)
    if not all(outcome.ok for outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def lint(
    paths: Annotated[list[Path] | None, typer.Argument(help="Notebooks; all chapters if left out.")] = None,
    as_json: JsonOption = None,
) -> None:
    """Check how the notebooks are written: cell length, prose, alt text, typed numbers, minutes, recap and more."""
    from groundwork.evaluation.rows import write_rows
    from groundwork.lint import default_paths, print_findings, rows
    from groundwork.lint import lint as check

    chosen = paths or default_paths()
    findings = check(chosen)
    print_findings(chosen, findings, out)
    if as_json:
        write_rows(rows(chosen, findings), as_json)
    if findings:
        raise typer.Exit(1)
