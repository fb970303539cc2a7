"""The command line: one verb each. Heavy modules are imported by the verb that needs them, so that help is instant."""

import datetime
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from groundwork import __version__, cli_course, cli_evaluate
from groundwork.errors import GroundworkError
from groundwork.paths import BUILD, SHOP_DOCUMENTS

app = typer.Typer(
    name="course.py",
    help="Groundwork: from a bag of words to a support assistant that proves its answers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The models: list, fetch, verify.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(cli_evaluate.app, name="evaluate")
app.add_typer(cli_course.app)
out, err = Console(), Console(stderr=True)

DocumentsOption = Annotated[
    Path, typer.Option("--documents", help="The folder of documents to answer from.", show_default="the shop")
]
RegionOption = Annotated[str | None, typer.Option(help="Where the customer is: us, ca, uk or eu.")]
DateOption = Annotated[
    datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that counts.", show_default="today")
]
CustomerOption = Annotated[str | None, typer.Option(help="Ask as this customer of the shop, such as C0042.")]
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Do not reuse earlier answers of the model.")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="Write the rows to this file.")]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in English, in quotation marks.")],
    documents: DocumentsOption = SHOP_DOCUMENTS,
    customer: CustomerOption = None,
    region: RegionOption = None,
    date: DateOption = None,
    no_cache: NoCacheOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reply as JSON.")] = False,
) -> None:
    """Ask the assistant one question."""
    from groundwork.assistant.desk import asker, open_assistant
    from groundwork.assistant.show import show_reply

    who = asker(customer, region, date.date() if date else None)
    reply = open_assistant(documents, cache=not no_cache).ask(question, who)
    if as_json:
        sys.stdout.write(json.dumps(reply.as_dict(), ensure_ascii=False, indent=1) + "\n")
    else:
        show_reply(reply, out)


@app.command()
def chat(
    documents: DocumentsOption = SHOP_DOCUMENTS,
    customer: CustomerOption = None,
    region: RegionOption = None,
    date: DateOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Ask one question after another; an empty line ends it."""
    from groundwork.assistant.desk import asker, open_assistant
    from groundwork.assistant.show import show_reply

    who = asker(customer, region, date.date() if date else None)
    assistant = open_assistant(documents, cache=not no_cache)
    while True:
        try:
            question = out.input("[bold]You:[/] ")
        except (EOFError, KeyboardInterrupt):
            out.print()
            break
        if not question.strip():
            break
        show_reply(assistant.ask(question, who), out)


@models_app.command("list")
def models_list() -> None:
    """What models there are, how large, under which licence, and whether they are on this machine."""
    from groundwork.models.inventory import print_models

    print_models(out)


@models_app.command("fetch")
def models_fetch(
    name: Annotated[str | None, typer.Argument(help="A model's name; all of them if left out.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="A folder that may hold the files already.")] = None,
) -> None:
    """Fetch a model's files and check them against their hashes."""
    from groundwork.models import weights

    for model in [name] if name else list(weights.load_manifest()):
        out.print(f"{model}: {weights.fetch(model, from_path=source)}", soft_wrap=True)


@models_app.command("verify")
def models_verify(
    name: Annotated[str | None, typer.Argument(help="A model's name; all cached ones if left out.")] = None,
) -> None:
    """Hash the files on this machine again and compare; exit code 1 if one differs."""
    from groundwork.models.inventory import print_verification

    if not print_verification(name, out):
        raise typer.Exit(1)


@app.command()
def doctor(as_json: JsonOption = None) -> None:
    """What is installed, cached and reachable, and how fast this machine is."""
    from groundwork.evaluation.doctor import examine
    from groundwork.evaluation.rows import print_rows, write_rows

    rows = examine(out)
    print_rows(rows, "This machine", out)
    if as_json:
        write_rows(rows, as_json)


@app.command()
def bench(
    only: Annotated[str | None, typer.Argument(help="One part: start, embed, chat, search, grade.")] = None,
    as_json: JsonOption = BUILD / "bench.json",
) -> None:
    """Measure speed and memory as ratios against named baselines, in one run."""
    from groundwork.classroom import bench_grade
    from groundwork.evaluation.bench import PARTS, measure
    from groundwork.evaluation.rows import print_rows, write_rows

    PARTS["grade"] = bench_grade.rows
    rows = measure(only, err)
    print_rows(rows, "Benchmarks on this machine, each against its baseline in the same run", out)
    if as_json:
        write_rows(rows, as_json)
        err.print(f"Rows written to {as_json}", soft_wrap=True)
    if any(row.ok is False for row in rows):
        raise typer.Exit(1)


@app.command()
def tickets(
    close: Annotated[str | None, typer.Option(help="Close the ticket of this id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    as_json: JsonOption = None,
) -> None:
    """What was handed to a person: the open tickets, oldest first."""
    from groundwork.assistant.tickets import TicketStore, to_text
    from groundwork.files import write_text

    store = TicketStore()
    if close:
        store.close_ticket(close)
    found = store.tickets(None if every else "open")
    for ticket in found:
        out.print(f"{ticket.at:%Y-%m-%d %H:%M} {ticket.id} {ticket.status}: {ticket.question[:300]}", markup=False)
        out.print(f"    {ticket.why[:300]}", markup=False, style="dim")
    err.print(f"{len(found)} tickets")
    if as_json:
        write_text(as_json, "[" + ",\n".join(map(to_text, found)) + "]\n")


@app.command()
def shop(
    seed: Annotated[int, typer.Option(help="Which world: 0 is the house world.")] = 0,
    folder: Annotated[Path, typer.Option("--out", help="Where to write it.")] = BUILD / "shop",
    force: Annotated[bool, typer.Option("--force", help="Replace a folder that is not empty.")] = False,
    pdfs: Annotated[bool, typer.Option("--pdfs/--no-pdfs", help="Render the PDFs too (most of the time).")] = True,
) -> None:
    """Make a whole world of documents, orders, tickets, questions and attacks from a seed."""
    from groundwork.shop.card import print_card
    from groundwork.shop.make import build
    from groundwork.shop.world import World

    build(seed, folder, force=force, pdfs=pdfs, say=lambda text: err.print(text, soft_wrap=True))
    print_card(World(folder), out)


@app.command()
def test(
    fast: Annotated[bool, typer.Option("--fast", help="Leave out the tests marked slow and the notebooks.")] = False,
) -> None:
    """Check style and types, run the tests, re-execute the notebooks and compare their outputs."""
    from groundwork.testing import run

    raise typer.Exit(run(fast))


def version(value: bool) -> None:
    """Print the version and end."""
    if value:
        out.print(f"Groundwork {__version__}")
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Groundwork: from a bag of words to a support assistant that proves its answers."""


def run() -> None:
    """Run the command line; an error that is meant for a person is printed without a traceback."""
    try:
        app(prog_name="course.py")
    except GroundworkError as error:
        err.print(f"[red]{type(error).__name__}:[/] ", end="")
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("\nStopped.")
        sys.exit(130)


if __name__ == "__main__":
    run()
