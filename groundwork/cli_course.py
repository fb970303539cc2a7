"""The command line's verbs for reading, checking and teaching the course; `cli.py` has the assistant's."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from groundwork.paths import BUILD

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
def train(
    epochs: Annotated[float, typer.Option(help="How often each question of other companies is seen.")] = 2.0,
    shop_epochs: Annotated[float, typer.Option(help="How often each expected question of the shop is seen.")] = 0.4,
    seed: Annotated[int, typer.Option(help="Of the order, the wrong sentences shown and the dropout.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make the first step again, too.")] = False,
) -> None:
    """Fit the cross-encoder anew and store it: two hours on two cores. Installs PyTorch, for this verb alone."""
    from groundwork.evaluation.training import train as fit

    fit(epochs, shop_epochs, seed, fresh)
    out.print("Stored. Now fit what weighs its scores: course.py evaluate answers --fit --split dev")


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


@app.command()
def labs(
    lab: Annotated[str | None, typer.Argument(help="One lab, such as lab05; all if left out.")] = None,
) -> None:
    """Make the labs from the solutions, and run each to its end on its stubs."""
    from groundwork.classroom.labs import make_labs

    for path in make_labs(lab=lab, console=err):
        out.print(str(path), soft_wrap=True)


@app.command()
def mutants(
    lab: Annotated[str | None, typer.Argument(help="One lab, such as lab05; all if left out.")] = None,
    as_json: JsonOption = None,
) -> None:
    """Test the checks: every wrong solution must fail, every right one pass."""
    from groundwork.classroom.mutants import main, rows
    from groundwork.evaluation.rows import write_rows

    reports = main(lab, out)
    if as_json:
        write_rows(rows(reports), as_json)
    if any(report.problems for report in reports):
        raise typer.Exit(1)


@app.command()
def assign(
    roster: Annotated[Path, typer.Argument(help="A CSV file with the columns learner and name.")],
    folder: Annotated[Path, typer.Option("--out", help="Where to write a folder for each learner.")],
    secret: Annotated[Path, typer.Option(help="The instructor's secret: a file of at least 16 bytes.")],
    lab: Annotated[list[str] | None, typer.Option(help="One lab; again for more. All if left out.")] = None,
) -> None:
    """Make each learner's labs, with a seed and a world of their own."""
    from groundwork.classroom.seeds import read_secret
    from groundwork.classroom.variants import assign as make

    made = make(roster, folder, read_secret(secret), tuple(lab or ()), console=err)
    out.print(f"{len(made)} folders under {folder}", soft_wrap=True)


@app.command()
def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder with a folder of notebooks for each learner.")],
    roster: Annotated[Path, typer.Option(help="The class list, a CSV file.")],
    secret: Annotated[Path, typer.Option(help="The instructor's secret: a file of at least 16 bytes.")],
    folder: Annotated[Path, typer.Option("--out", help="Where gradebook and feedback go.")] = BUILD / "grades",
    lab: Annotated[str | None, typer.Option(help="One lab, such as lab05; all if left out.")] = None,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 2,
    scheduler: Annotated[str | None, typer.Option(help="A Dask cluster instead, such as tcp://10.0.0.1:8786.")] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Run without the sandbox; stamped on every row.")] = False,
    as_json: JsonOption = None,
) -> None:
    """Grade a class: every function in a sandbox, judged outside it. Goes on where it stopped."""
    from groundwork.classroom.grade import grade as mark
    from groundwork.classroom.grade_report import print_report, rows
    from groundwork.classroom.seeds import read_secret
    from groundwork.evaluation.rows import write_rows

    report = mark(
        submissions, roster, read_secret(secret), folder,
        lab=lab, workers=workers, scheduler=scheduler, unsafe=unsafe, console=err,
    )  # fmt: skip
    print_report(report, out)
    if as_json:
        write_rows(rows(report), as_json)
    if report.failed:
        raise typer.Exit(1)
