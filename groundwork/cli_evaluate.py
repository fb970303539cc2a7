"""The command line's `evaluate`: quality on golden questions, as rows with intervals, baselines and bars."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(help="Quality on golden questions, with 95 % intervals and baselines.", no_args_is_help=True)
out = Console()
NoCacheOption = Annotated[bool, typer.Option("--no-cache", help="Do not reuse earlier answers of the model.")]
PublishOption = Annotated[bool, typer.Option("--publish", help="Store the rows, and write README's table from them.")]
JsonOption = Annotated[Path | None, typer.Option("--json", help="Write the rows to this file.")]


@app.command("search")
def evaluate_search(
    split: Annotated[str, typer.Option(help="dev (for choosing) or test (for the figures).")] = "test",
    seed: Annotated[int, typer.Option(help="Which world; another one is made first if need be.")] = 0,
    fit: Annotated[bool, typer.Option("--fit", help="Fit the reranker on dev first and store it.")] = False,
    publish: PublishOption = False,
    as_json: JsonOption = None,
) -> None:
    """Search: BM25, dense, hybrid, and hybrid with the learned order."""
    from groundwork.evaluation import results, search
    from groundwork.evaluation.rows import print_rows, write_rows
    from groundwork.files import write_text
    from groundwork.models.embed import default_embedder
    from groundwork.search.rerank import STORED

    if split not in ("dev", "test"):
        raise typer.BadParameter(f"{split!r} is no split; choose dev or test.", param_hint="--split")
    if fit:
        write_text(STORED, search.fit(default_embedder()).as_json())
    rows = search.evaluate(default_embedder(), split, seed)
    print_rows(rows, f"Search on the {split} split, seed {seed}", out)
    if publish:
        results.publish("search", rows)
    if as_json:
        write_rows(rows, as_json)
    if any(row.ok is False for row in rows):
        raise typer.Exit(1)


@app.command("answers")
def evaluate_answers(
    split: Annotated[str, typer.Option(help="dev (for choosing) or test (for the figures).")] = "test",
    seed: Annotated[int, typer.Option(help="Which world; another one is made first if need be.")] = 0,
    fit: Annotated[bool, typer.Option("--fit", help="First fit the assistant's models and store them.")] = False,
    against: Annotated[
        bool, typer.Option("--against/--alone", help="Also ask the bare model and plain RAG, on some of the questions.")
    ] = True,
    record: Annotated[
        bool, typer.Option("--record", help="Keep what is drafted on dev and test, for chapter 06: after each fit.")
    ] = False,
    compare: Annotated[bool, typer.Option("--compare", help="Ways of answering side by side, on some of dev.")] = False,
    no_cache: NoCacheOption = False,
    publish: PublishOption = False,
    as_json: JsonOption = None,
) -> None:
    """Answers: right with the right citation, wrong, handed over, asked back."""
    from groundwork.evaluation import answers_compare, answers_fit, answers_recorded, answers_report, results
    from groundwork.evaluation.rows import print_rows, write_rows

    if split not in ("dev", "test"):
        raise typer.BadParameter(f"{split!r} is no split; choose dev or test.", param_hint="--split")
    if fit:
        print_rows(answers_fit.fit(), "Fitted; thresholds chosen on dev and practice questions", out)
    if record:
        answers_recorded.record_both()
    if compare:
        rows = answers_compare.compare(split, seed)
    else:
        rows = answers_report.evaluate(split, seed, cache=not no_cache, against=against)
    print_rows(rows, f"Answers on the {split} split, seed {seed}", out)
    if publish:
        results.publish("answers", rows)
    if as_json:
        write_rows(rows, as_json)
    if any(row.ok is False for row in rows):
        raise typer.Exit(1)


@app.command("matching")
def evaluate_matching(as_json: JsonOption = None) -> None:
    """The cross-encoder on pages that it was not fitted on, beside shared words and the cosine."""
    from groundwork.evaluation import matching
    from groundwork.evaluation.rows import print_rows, write_rows
    from groundwork.models.cross_encoder import default_cross_encoder
    from groundwork.models.embed import default_embedder

    rows = matching.evaluate(default_embedder(), default_cross_encoder())
    print_rows(rows, "Which sentence of a page answers", out)
    if as_json:
        write_rows(rows, as_json)


@app.command("routers")
def evaluate_routers(
    fit: Annotated[bool, typer.Option("--fit", help="Fit the assistant's router first and store it.")] = False,
    as_json: JsonOption = None,
) -> None:
    """Routers of customers' messages: how many reach the right team, by four ways of dividing the data."""
    from groundwork.evaluation import routers
    from groundwork.evaluation.rows import print_rows, write_rows
    from groundwork.models.embed import default_embedder
    from groundwork.shop.world import World

    encoder, tickets = default_embedder(), World().tickets
    if fit:
        routers.fit(encoder, tickets).save()
    rows = routers.evaluate(encoder, tickets)
    print_rows(rows, "Routers of messages", out)
    if as_json:
        write_rows(rows, as_json)
