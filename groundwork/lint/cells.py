"""A stored notebook as the linter sees it: cells with their text, what they printed, and the pictures they showed.

Read with `json` and not with nbformat, whose import takes two seconds where JupyterLab is installed.
"""

import html
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from groundwork.errors import GroundworkError

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


class NotebookError(GroundworkError):
    """The file can't be read, or is no notebook of format 4."""


@dataclass(frozen=True)
class Output:
    """One output of a cell, by MIME type; an error's type is `error`."""

    data: dict[str, str]

    @property
    def pictures(self) -> list[str]:
        """The types of pictures that stand in it without any text beside them."""
        return [kind for kind in PICTURES if kind in self.data and "text/html" not in self.data]

    @cached_property
    def text(self) -> str:
        """What a reader sees as text: HTML without its tags if there is any, plain text otherwise."""
        if "text/html" in self.data:
            return html.unescape(re.sub(r"<[^>]*>", " ", self.data["text/html"])).strip()
        return "" if self.pictures else self.data.get("text/plain", "")


@dataclass(frozen=True)
class Cell:
    """A cell; `count` is the number in its brackets, None if it was never run."""

    number: int
    kind: str
    source: str
    count: int | None
    tags: tuple[str, ...]
    outputs: tuple[Output, ...]

    @property
    def is_code(self) -> bool:
        """Whether it is run."""
        return self.kind == "code"

    @property
    def lines_of_code(self) -> int:
        """Its lines without empty ones and those that are only a comment."""
        lines = [line.strip() for line in self.source.splitlines()]
        return sum(bool(line) and not line.startswith("#") for line in lines)

    @property
    def words(self) -> int:
        """Its words, headings not counted."""
        lines = [line for line in self.source.splitlines() if not line.startswith("#")]
        return len(re.findall(r"\w[\w'’-]*", " ".join(lines)))

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Its headings as (level, text), outside fenced code."""
        text = re.sub(r"^```.*?^```", "", self.source, flags=re.MULTILINE | re.DOTALL)
        found = re.findall(r"^(#{1,6})\s+(.+?)\s*$", text, flags=re.MULTILINE)
        return [(len(marks), words) for marks, words in found]


@dataclass(frozen=True)
class Notebook:
    """A file's name without its end, and its cells from the top down, counted from 0."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def prose(self) -> list[Cell]:
        """The cells that are read."""
        return [cell for cell in self.cells if cell.kind == "markdown"]

    @property
    def code(self) -> list[Cell]:
        """The cells that are run."""
        return [cell for cell in self.cells if cell.is_code]


def read(path: Path) -> Notebook:
    """Read a stored notebook. Raises NotebookError."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(_cell(number, cell) for number, cell in enumerate(stored["cells"]))
    except OSError as error:
        raise NotebookError(f"The notebook {path} can't be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(f"{path} is no notebook of format 4: {error!r}. Save it from JupyterLab.") from error
    return Notebook(path.stem, cells)


def _cell(number: int, stored: dict[str, Any]) -> Cell:
    outputs = tuple(_output(output) for output in stored.get("outputs", []))
    tags = tuple(stored.get("metadata", {}).get("tags", []))
    return Cell(number, stored["cell_type"], _joined(stored["source"]), stored.get("execution_count"), tags, outputs)


def _output(stored: dict[str, Any]) -> Output:
    if stored["output_type"] == "stream":
        return Output({"text/plain": _joined(stored["text"])})
    if stored["output_type"] == "error":
        return Output({"error": f"{stored['ename']}: {stored['evalue']}"})
    return Output({kind: _joined(content) for kind, content in stored["data"].items()})


def _joined(text: Any) -> str:
    """A notebook stores a text as one string or as a list of lines; anything else is JSON."""
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    return text if isinstance(text, str) else json.dumps(text)
