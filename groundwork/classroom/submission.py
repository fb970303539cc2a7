"""Reading what a learner handed in, which may be anything: its bytes, and the cells that are graded.

Nothing of it runs here. Test cells, points and parameters in a submission are not even looked at; a graded cell is a
code cell whose `grade_id` names an exercise or of the lab's shared imports.
"""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwork.errors import GroundworkError

CAP = 5 << 20  # bytes of a notebook, outputs included
CELL_CAP = 100_000  # characters
CELLS_CAP = 2_000
OPENING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
IMPORTS = "imports"  # lab05.imports: a cell of the lab that every exercise sees


class SubmissionError(GroundworkError):
    """A submission that cannot be graded, with the reason in the learner's terms."""


@dataclass(frozen=True)
class Submission:
    """The graded cells of one lab: source by grade id, the lab's imports among them, and what is wrong with others."""

    cells: dict[str, str]
    problems: dict[str, str]

    def sources(self, exercise: str) -> list[str]:
        """What to run for an exercise: the shared imports, then its own cell."""
        shared = self.cells.get(f"{exercise.split('.')[0]}.{IMPORTS}")
        return ([shared] if shared else []) + [self.cells[exercise]]

    def all_sources(self, exercise: str) -> list[str]:
        """The same with the other exercises' cells in between, for a function that calls an earlier one."""
        shared = f"{exercise.split('.')[0]}.{IMPORTS}"
        others = [source for id, source in self.cells.items() if id not in (exercise, shared)]
        return [*self.sources(exercise)[:-1], *others, self.cells[exercise]]


def find(folder: Path, learner: str, lab: str) -> Path | None:
    """A learner's notebook of a lab, `FOLDER/LEARNER/lab05_….ipynb` or in `LEARNER/labs/`; None if there is none.

    Raises SubmissionError if there are several, or if a folder on the way is a link.
    """
    found = []
    for place in (folder / learner, folder / learner / "labs", folder / learner / lab):
        if place.is_symlink():
            raise SubmissionError(f"The folder {place.name} is a link, not a folder.")
        if place.is_dir():
            names = sorted(entry.name for entry in os.scandir(place))
            found += [place / name for name in names if name.endswith(".ipynb") and name[:-6].split("_")[0] == lab]
    if len(found) > 1:
        raise SubmissionError(f"There are {len(found)} notebooks of {lab}; hand in one.")
    return found[0] if found else None


def read(path: Path) -> bytes:
    """The bytes of a regular file of at most CAP bytes; links are not followed. Raises SubmissionError."""
    try:
        file = os.open(path, OPENING)
    except OSError as error:
        raise SubmissionError(f"The notebook cannot be opened ({error.strerror}); is it a link?") from error
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or path.is_symlink():
            raise SubmissionError("The notebook is not an ordinary file.")
        if found.st_size > CAP:
            raise SubmissionError(
                f"The notebook has {found.st_size >> 20} MB; the limit is {CAP >> 20} MB. Clear outputs."
            )
        with os.fdopen(os.dup(file), "rb") as opened:
            content = opened.read(CAP + 1)
    finally:
        os.close(file)
    if len(content) > CAP:
        raise SubmissionError(f"The notebook grew beyond {CAP >> 20} MB while it was read.")
    return content


def parse(content: bytes, lab: str) -> Submission:
    """The graded cells in a notebook's bytes. Raises SubmissionError if it is none, or holds none of them."""
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
        cells = notebook["cells"]
    except (ValueError, RecursionError, KeyError, TypeError, MemoryError) as error:
        raise SubmissionError("The file is not a notebook (JSON with cells).") from error
    if type(cells) is not list or len(cells) > CELLS_CAP:
        raise SubmissionError(f"The file is not a notebook of at most {CELLS_CAP} cells.")
    found: dict[str, list[str | None]] = {}
    for cell in cells:
        id, source = identified(cell)
        if id.startswith(f"{lab}."):
            found.setdefault(id, []).append(source)
    if not found:
        raise SubmissionError(f"The notebook holds no cell of {lab}; is it another lab's?")
    usable = {id: each[0] for id, each in found.items() if len(set(each)) == 1 and each[0] is not None}
    problems = {id: problem(each) for id, each in found.items() if id not in usable}
    return Submission({id: source for id, source in usable.items() if source is not None}, problems)


def problem(sources: list[str | None]) -> str:
    """Why a cell is not taken."""
    if None in sources:
        return f"The cell holds no text, or more than {CELL_CAP} characters."
    return f"There are {len(sources)} different cells for this exercise; keep one."


def identified(cell: Any) -> tuple[str, str | None]:
    """A code cell's exercise and source: `lab05-rrf`, as nbgrader wants it, is the exercise lab05.rrf.

    The id is empty for any other cell, and a source that is too long is None.
    """
    try:
        marks = cell["metadata"]["nbgrader"]
        id, source = marks["grade_id"], cell["source"]
        if cell["cell_type"] != "code" or marks.get("grade") or type(id) is not str or len(id) > 100:
            return "", None
        text = source if type(source) is str else "".join(source)
    except (KeyError, TypeError, AttributeError):
        return "", None
    return re.sub("-", ".", id, count=1), text if len(text) <= CELL_CAP else None
