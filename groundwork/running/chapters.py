"""A chapter as the run sees it: which there are, whether one has changed, and the figure that it ends on."""

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from groundwork.errors import GroundworkError
from groundwork.lint.cells import Notebook, Output, read
from groundwork.paths import ROOT

NOTEBOOKS = ROOT / "notebooks"
TAG = "headline"
NUMBER = r"[-+−]?\d[\d,]*(?:\.\d+)?"
HEADLINE = re.compile(
    rf"^(?:Headline:\s*)?(?P<name>.*?\S):?\s+(?P<value>{NUMBER})(?P<percent>\s?%)?"
    rf"(?:\s+\[(?P<low>{NUMBER})\s?%?(?:,| to)\s+(?P<high>{NUMBER})\s?%?\])?(?:,?\s+n\s*=\s*(?P<n>{NUMBER}))?\s*$"
)


@dataclass(frozen=True)
class Headline:
    """The one figure that a chapter stands for, with its 95 % interval and the number of cases behind it."""

    name: str
    value: float
    low: float | None
    high: float | None
    n: int | None
    unit: str


@dataclass(frozen=True)
class Chapter:
    """A notebook of the course."""

    path: Path

    @property
    def name(self) -> str:
        """Such as `05_retrieval`."""
        return self.path.stem

    @cached_property
    def notebook(self) -> Notebook:
        """Its cells."""
        return read(self.path)

    @property
    def title(self) -> str:
        """Its first heading, or its name."""
        return next((text for cell in self.notebook.prose for _, text in cell.headings), self.name)

    @property
    def asks_a_model(self) -> bool:
        """Whether its code opens the assistant or talks to the chat model."""
        words = re.compile(r"groundwork\.assistant|groundwork\.models(?:\.| import )(?:server|chat)\b")
        return any(words.search(cell.source) for cell in self.notebook.code)

    def fingerprint(self, ground: str) -> str:
        """A hash of all that shapes its outputs: its cells, and what `ground()` says of the rest."""
        cells = [(cell.kind, cell.source, cell.tags) for cell in self.notebook.cells]
        return hashlib.sha256(json.dumps([ground, cells]).encode()).hexdigest()


def select(only: str | None = None, folder: Path = NOTEBOOKS) -> list[Chapter]:
    """The chapters in order, or those whose names begin as said: `03,05`. Raises GroundworkError if one is unknown."""
    chapters = [Chapter(path) for path in sorted(folder.glob("*.ipynb"))]
    names = ", ".join(chapter.name for chapter in chapters)
    if not chapters:
        raise GroundworkError(f"There is no notebook in {folder}. Run this in a complete copy of the course.")
    wanted = [word.strip() for word in (only or "").split(",") if word.strip()]
    for word in wanted:
        if not any(chapter.name.startswith(word) for chapter in chapters):
            raise GroundworkError(f"There is no chapter {word!r}; the chapters are {names}.")
    return [chapter for chapter in chapters if not wanted or chapter.name.startswith(tuple(wanted))]


def ground(root: Path = ROOT) -> str:
    """A hash of what all chapters stand on: the package's files, the data's manifest, the lock, this Python."""
    files = [root / "datasets" / "shop" / "MANIFEST.json", root / "env" / "requirements.lock"]
    files += (path for path in (root / "groundwork").rglob("*") if "__pycache__" not in path.parts)
    digest = hashlib.sha256(platform.python_version().encode())
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def headline(executed: Notebook) -> Headline | None:
    """The figure in the last line that a cell tagged `headline` printed; None if there is none.

    >>> parse("Headline: nDCG@10 on the test questions 0.84 [0.81, 0.87], n = 192").high
    0.87
    """
    lines = [line for cell in executed.code if TAG in cell.tags for line in _printed(cell.outputs)]
    return parse(lines[-1]) if lines else None


def parse(line: str) -> Headline | None:
    """Read `Headline: name value [low, high], n = N`, of which all behind the value may be missing."""
    found = HEADLINE.match(line.strip())
    if not found:
        return None
    value, low, high, n = (_number(found[part]) for part in ("value", "low", "high", "n"))
    if value is None:
        return None
    return Headline(found["name"], value, low, high, None if n is None else int(n), "%" if found["percent"] else "")


def _number(text: str | None) -> float | None:
    return None if text is None else float(text.replace(",", "").replace("−", "-"))


def _printed(outputs: Iterable[Output]) -> Sequence[str]:
    texts = [output.text for output in outputs]
    return [line for text in texts for line in text.splitlines() if line.strip()]
