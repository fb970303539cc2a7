"""Execute one chapter with papermill, and keep what came of it: the executed copy, a page to read, and a record.

All three are written to a folder of their own and moved into place one after another, the record last. So an interrupt
leaves the files of the run before or those of this one, and a chapter counts as done only when it is.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from groundwork.files import write_text
from groundwork.lint.cells import read
from groundwork.running.chapters import Chapter, Headline, headline

CELL_SECONDS = 600  # no cell of the course takes a tenth of it; a cell that hangs must not hang the run
START_SECONDS = 120  # for a kernel, on a machine that is busy


@dataclass(frozen=True)
class Failure:
    """Which cell ended a chapter, counted from 0, and in which error."""

    cell: int
    error: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What came of a chapter; `fingerprint` says of which state of it."""

    name: str
    fingerprint: str
    ok: bool
    seconds: float
    headline: Headline | None = None
    failure: Failure | None = None


def execute(chapter: Chapter, fingerprint: str, folder: Path, step: Callable[[int], None]) -> Outcome:
    """Run a chapter from the top; `step(n)` is called when its cell n begins. A cell that fails ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".part-", ignore_cleanup_errors=True) as temporary:
        copy = Path(temporary) / chapter.path.name
        begun = time.perf_counter()
        failure = _run(chapter, copy, step)
        seconds = time.perf_counter() - begun
        found = headline(read(copy)) if copy.exists() and not failure else None
        if copy.exists():
            page(copy, copy.with_suffix(".html"))
            for made in (copy, copy.with_suffix(".html")):
                made.replace(folder / made.name)
    outcome = Outcome(chapter.name, fingerprint, failure is None, seconds, found, failure)
    write_text(record_of(chapter, folder), json.dumps(asdict(outcome), indent=1, ensure_ascii=False) + "\n")
    return outcome


def _run(chapter: Chapter, copy: Path, step: Callable[[int], None]) -> Failure | None:
    """Let papermill run it; returns what went wrong: an error in a cell, a kernel that died or a cell that hangs."""
    import papermill  # type: ignore[import-untyped]
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    at = 0

    def begin(cell: object, cell_index: int) -> None:
        nonlocal at
        at = cell_index
        step(cell_index)

    try:
        papermill.execute_notebook(
            chapter.path, copy, kernel_name="python3", cwd=chapter.path.parent, progress_bar=False,
            start_timeout=START_SECONDS, execution_timeout=CELL_SECONDS, on_cell_start=begin,
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        return Failure(error.cell_index, error.ename, error.evalue)
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:  # the last: a kernel that does not start
        return Failure(at, type(error).__name__, str(error).strip().splitlines()[0])
    return None


def page(notebook: Path, target: Path) -> None:
    """Render an executed notebook as one HTML file that is read without a server."""
    from nbconvert import HTMLExporter

    text, _ = HTMLExporter(template_name="lab").from_filename(str(notebook))  # type: ignore[no-untyped-call]
    target.write_text(text, encoding="utf-8")


def record_of(chapter: Chapter, folder: Path) -> Path:
    """Where a chapter's last outcome is written."""
    return folder / f"{chapter.name}.json"


def remembered(chapter: Chapter, fingerprint: str, folder: Path) -> Outcome | None:
    """The stored outcome of a chapter if it succeeded and nothing it stands on has changed since."""
    try:
        stored = json.loads(record_of(chapter, folder).read_text(encoding="utf-8"))
        figure = Headline(**stored["headline"]) if stored["headline"] else None
        outcome = Outcome(**stored | {"headline": figure, "failure": None})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = all((folder / f"{chapter.name}{end}").is_file() for end in (".ipynb", ".html"))
    return outcome if outcome.ok and outcome.fingerprint == fingerprint and whole else None
