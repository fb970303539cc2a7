"""`course.py bench`: every promised figure as a ratio against a named baseline, measured in one run."""

from collections.abc import Callable

from rich.console import Console

from groundwork.errors import GroundworkError
from groundwork.evaluation.rows import Row


class UnknownPartError(GroundworkError):
    """A part of the benchmark that does not exist."""

    exit_code = 2


def start() -> list[Row]:
    """The launcher."""
    from groundwork.evaluation import bench_start

    return bench_start.rows()


def embed() -> list[Row]:
    """The embedding model."""
    from groundwork.evaluation import bench_embed

    return bench_embed.rows()


def chat() -> list[Row]:
    """The local chat server and its client."""
    from groundwork.evaluation import bench_chat

    return bench_chat.rows()


def search() -> list[Row]:
    """Search over the shop, and vector indexes up to a million with GROUNDWORK_BENCH_LARGE=1."""
    from groundwork.evaluation import bench_ingest, bench_search

    return [*bench_ingest.rows(), *bench_search.rows()]


PARTS: dict[str, Callable[[], list[Row]]] = {"start": start, "embed": embed, "chat": chat, "search": search}


def measure(only: str | None, console: Console) -> list[Row]:
    """Run one part, or all of them in turn. Raises UnknownPartError for a name that is no part."""
    if only is not None and only not in PARTS:
        raise UnknownPartError(f"There is no benchmark {only!r}; the parts are {', '.join(PARTS)}.")
    rows: list[Row] = []
    for name in [only] if only else PARTS:
        console.print(f"Measuring {name} …")
        rows += PARTS[name]()
    return rows
