"""A folder of files -> documents: text, headings, metadata, hash. What cannot be read is set aside, with the reason."""

import datetime
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from groundwork.errors import GroundworkError
from groundwork.search.extract import Block, UnreadableError, from_html, from_markdown, from_pdf

READERS = {".md": from_markdown, ".html": from_html, ".htm": from_html, ".pdf": from_pdf}
LARGEST = 20_000_000  # bytes; a longer file is a mistake, not a policy


class CorpusError(GroundworkError):
    """A documents folder that cannot be used at all."""


@dataclass(frozen=True)
class Heading:
    """A heading that governs the text from `start` to the next heading of its level or above."""

    text: str
    level: int
    start: int


@dataclass(frozen=True)
class Document:
    """One file as plain text. Character positions everywhere in the course are positions in `text`."""

    id: str
    title: str
    text: str
    path: str
    kind: str = ""
    audience: str = "public"
    region: str = "all"
    effective_from: datetime.date | None = None
    effective_until: datetime.date | None = None
    version: str = ""
    supersedes: str = ""
    headings: tuple[Heading, ...] = ()
    sha256: str = ""

    def in_force(self, date: datetime.date) -> bool:
        """Whether the document is the rule on `date`: both ends count."""
        begun = self.effective_from is None or self.effective_from <= date
        return begun and (self.effective_until is None or date <= self.effective_until)

    def applies_in(self, region: str | None) -> bool:
        """Whether the document speaks for a region; None (unknown) is served by what holds everywhere."""
        return self.region in ("all", region)


@dataclass(frozen=True)
class Quarantined:
    """A file that was not read, and why."""

    path: str
    reason: str


@dataclass
class Corpus:
    """All documents of a folder and all files that were set aside."""

    documents: list[Document] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)


def files_below(folder: Path) -> Iterator[Path]:
    """Readable kinds of files below a folder in a stable order; links are not followed, so a loop cannot trap us."""
    for top, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in READERS and not name.startswith((".", "README")):
                yield Path(top) / name


def load(folder: Path, progress: bool = False) -> Corpus:
    """Read every Markdown, HTML and PDF file below `folder`. One bad file never stops the others.

    `progress` shows a bar on stderr if it takes more than two seconds.

    Raises CorpusError if the folder is missing or holds nothing that can be read.
    """
    if not folder.is_dir():
        raise CorpusError(f"There is no documents folder {folder}. Make the shop with: python3 course.py shop")
    corpus = Corpus()
    seen: dict[str, str] = {}
    paths = list(files_below(folder))
    for path in tqdm(paths, desc="reading documents", unit="file", delay=2, leave=False, disable=not progress):
        name = path.relative_to(folder).as_posix()
        try:
            document = read(path, name)
            if document.id in seen:
                raise UnreadableError(f"its id {document.id!r} is already taken by {seen[document.id]}")
        except (UnreadableError, OSError) as error:
            corpus.quarantined.append(Quarantined(name, str(error)))
            continue
        seen[document.id] = name
        corpus.documents.append(document)
    if not corpus.documents:
        why = "".join(f"\n  {item.path}: {item.reason}" for item in corpus.quarantined[:10])
        raise CorpusError(f"{folder} holds no document (Markdown, HTML or PDF) that can be read.{why}")
    return corpus


def read(path: Path, name: str) -> Document:
    """Read one file. Raises UnreadableError with the reason."""
    if path.stat().st_size > LARGEST:
        raise UnreadableError(f"{path.stat().st_size:,} bytes, more than the {LARGEST:,} that a document may have")
    content = path.read_bytes()
    if not content:
        raise UnreadableError("empty: 0 bytes")
    head, blocks = READERS[path.suffix.lower()](content)
    if not any(block.level == 0 for block in blocks):
        raise UnreadableError("no text: nothing is left once mark-up and navigation are taken away")
    text, headings = join(blocks)
    title = str(head.get("title") or (headings[0].text if headings else path.stem))
    return Document(
        id=str(head.get("id") or path.stem),
        title=title,
        text=text,
        path=name,
        kind=str(head.get("kind", "")),
        audience=str(head.get("audience", "public")),
        region=str(head.get("region", "all")),
        effective_from=date_of(head.get("effective_from")),
        effective_until=date_of(head.get("effective_until")),
        version=str(head.get("version", "")),
        supersedes=str(head.get("supersedes") or ""),
        headings=tuple(headings),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def join(blocks: list[Block]) -> tuple[str, list[Heading]]:
    """Blocks as one text, a blank line between them, and where each heading stands in it."""
    parts: list[str] = []
    headings: list[Heading] = []
    position = 0
    for block in blocks:
        if block.level:
            headings.append(Heading(block.text, block.level, position))
        parts.append(block.text)
        position += len(block.text) + 2
    return "\n\n".join(parts), headings


def date_of(value: object) -> datetime.date | None:
    """A date from front matter, which YAML may have read already. Raises UnreadableError for anything else."""
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise UnreadableError(f"{value!r} in its head is no date like 2026-03-01") from None
