"""Documents -> chunks that a search returns and sentences that an answer quotes, each an exact span of the text."""

import re
from dataclasses import dataclass

from groundwork.search.documents import Document

# A full stop, then white space, then something that can begin a sentence; not after common abbreviations or initials.
ABBREVIATIONS = r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bNo\.)(?<!\b[A-Z]\.)"
SENTENCE_END = re.compile(
    rf"(?<=[.!?]){ABBREVIATIONS}\s+(?=[\"“‘(]?[A-Z0-9$£€•])"  # He left. She stayed.
    r"|(?<=[.!?][\"”’)])\s+(?=[\"“‘(]?[A-Z])"  # (He left.) She stayed.
    r"|\n{2,}"  # a new paragraph
)


@dataclass(frozen=True)
class Span:
    """text[start:end] of a document."""

    start: int
    end: int


@dataclass(frozen=True)
class Chunk:
    """A passage of a document: its span, and the headings above it from the title down."""

    document: Document
    start: int
    end: int
    headings: tuple[str, ...]

    @property
    def id(self) -> str:
        """`returns-policy:120-640`."""
        return f"{self.document.id}:{self.start}-{self.end}"

    @property
    def text(self) -> str:
        """The passage, word for word."""
        return self.document.text[self.start : self.end]

    @property
    def searchable(self) -> str:
        """What is indexed: the heading path, which often holds the topic's only name, and the passage."""
        return f"{' > '.join(self.headings)}\n{self.text}"


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of text[start:end] as spans without surrounding white space.

    >>> [text[s.start:s.end] for s in sentences("Send it back. It costs $4.50, e.g. by post.")]
    ['Send it back.', 'It costs $4.50, e.g. by post.']
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    position = start
    for match in [*SENTENCE_END.finditer(text, start, end), None]:
        stop = match.start() if match else end
        if match and not match[0].startswith("\n"):
            stop += len(match[0]) - len(match[0].lstrip('"”’)'))
        piece = text[position:stop]
        if piece.strip():
            spans.append(Span(position + len(piece) - len(piece.lstrip()), position + len(piece.rstrip())))
        position = match.end() if match else end
    return spans


def chunks(document: Document, words: int = 120, overlap: int = 1) -> list[Chunk]:
    """Split by headings, then by length: whole sentences up to about `words` words, `overlap` sentences shared.

    A heading alone makes no chunk; a sentence longer than `words` is a chunk by itself.
    """
    result: list[Chunk] = []
    for path, start, end in sections(document):
        spans = sentences(document.text, start, end)
        first = 0
        while first < len(spans):
            last, count = first, 0
            while last < len(spans):
                count += len(document.text[spans[last].start : spans[last].end].split())
                if count > words and last > first:
                    break
                last += 1
            result.append(Chunk(document, spans[first].start, spans[last - 1].end, path))
            if last >= len(spans):
                break
            first = max(last - overlap, first + 1)
    return result


def sections(document: Document) -> list[tuple[tuple[str, ...], int, int]]:
    """The parts of a document between headings as (heading path, start, end); the path begins with the title."""
    result: list[tuple[tuple[str, ...], int, int]] = []
    stack: list[tuple[int, str]] = []
    position = 0
    for heading in document.headings:
        if heading.start > position:
            result.append((path_of(document, stack), position, heading.start))
        stack = [item for item in stack if item[0] < heading.level] + [(heading.level, heading.text)]
        position = heading.start + len(heading.text)
    result.append((path_of(document, stack), position, len(document.text)))
    return [part for part in result if document.text[part[1] : part[2]].strip()]


def path_of(document: Document, stack: list[tuple[int, str]]) -> tuple[str, ...]:
    """Title and headings, the title once."""
    return (document.title, *(text for _, text in stack if text != document.title))
