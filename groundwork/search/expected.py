"""Expected questions: beside a sentence, how customers ask for what it says.

Pages and customers use different words, and a question is far easier to match with a question than with its answer.
So knowledge bases keep the customers' words with an article (knowledge-centered service calls it capturing "in the
requester's context"), and search engines expand documents by the queries that they answer (Nogueira et al., "Document
expansion by query prediction", arXiv 1904.08375). `datasets/expected_questions/` holds them for the shop's pages.

They only help to find: no expected question is ever shown, quoted or put into a prompt, and a sentence without any is
a candidate like the others.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwork.errors import GroundworkError
from groundwork.paths import DATASETS
from groundwork.search.documents import Document
from groundwork.search.keyword import tokenize

FOLDER = DATASETS / "expected_questions"
SAME = 0.6  # share of words, of both together, that a sentence keeps from the time when its questions were written
NAME = "{name}"  # stands for the title of a page of a family
HOLE = re.compile(r"\\\{\w+\\\}")  # `{name}` after re.escape


class ExpectedError(GroundworkError):
    """A file of expected questions that cannot be read; names the file and the line."""

    exit_code = 2


@dataclass(frozen=True)
class Entry:
    """What a page said when the questions were written, and the questions.

    `page` is a document's id, or with a * at its end the beginning of many. There, `{name}` in a sentence stands for
    the document's title and any other `{…}` for any text; `{name}` in a question is the title, too.
    """

    page: str
    sentence: str
    questions: tuple[str, ...]

    @property
    def many(self) -> bool:
        """Whether it stands for the pages of a family."""
        return self.page.endswith("*")

    def of(self, document: str) -> bool:
        """Whether a document's page is meant."""
        return document.startswith(self.page[:-1]) if self.many else document == self.page


class Expected:
    """The expected questions of every sentence.

    A page may have changed since: a sentence is known again by its words, whatever its numbers are today.
    """

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._pages: dict[str, list[tuple[frozenset[str], Entry]]] = {}
        self._patterns: list[tuple[re.Pattern[str], Entry]] = []
        for entry in entries:
            if entry.many:
                self._patterns.append((pattern(entry.sentence), entry))
            else:
                self._pages.setdefault(entry.page, []).append((words(entry.sentence), entry))
        self._found: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, document: Document, sentence: str) -> tuple[str, ...]:
        """How customers ask for what a sentence of a document says; nothing if that is not known."""
        return tuple(text.replace(NAME, document.title) for text in self.raw(document, sentence))

    def raw(self, document: Document, sentence: str) -> tuple[str, ...]:
        """The same as it was written, with `{name}` for the title."""
        key = document.id, sentence
        if key not in self._found:
            self._found[key] = self._patterned(document, sentence) or self._alike(document, sentence)
        return self._found[key]

    def _alike(self, document: Document, sentence: str) -> tuple[str, ...]:
        said = words(sentence)
        alike = [(overlap(said, kept), entry) for kept, entry in self._pages.get(document.id, [])]
        best = max((share for share, _ in alike), default=0.0)
        if best < SAME:
            return ()
        return tuple(dict.fromkeys(asked for share, entry in alike if share == best for asked in entry.questions))

    def _patterned(self, document: Document, sentence: str) -> tuple[str, ...]:
        said = " ".join(sentence.split()).replace(document.title, NAME)
        for regex, entry in self._patterns:
            if entry.of(document.id) and regex.fullmatch(said):
                return entry.questions
        return ()


def pattern(sentence: str) -> re.Pattern[str]:
    """A sentence with holes as a regular expression; the hole for the title matches the hole only."""
    escaped = re.escape(sentence).replace(re.escape(NAME), "\0")
    return re.compile(HOLE.sub(".{1,200}", escaped).replace("\0", re.escape(NAME)), re.IGNORECASE)


def words(sentence: str) -> frozenset[str]:
    """A sentence's words; numbers are not among them, since they are what changes."""
    return frozenset(word for word in tokenize(sentence) if not any(map(str.isdigit, word)))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard's index: the words of both, as a share of the words of either."""
    return len(first & second) / (len(first | second) or 1)


@functools.cache
def default_expected() -> Expected:
    """The shop's. Raises ExpectedError."""
    return Expected(load())


def load(folder: Path = FOLDER) -> list[Entry]:
    """Every entry of the folder's files (*.txt), in their order. Raises ExpectedError."""
    return [entry for path in sorted(folder.glob("*.txt")) for entry in entries_of(path)]


def entries_of(path: Path) -> Iterator[Entry]:
    """A file's entries: `@ page`, then again and again one or more `- sentence`, and their questions, `? question`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExpectedError(f"{path} can't be read: {error}") from None
    page, sentences, questions = "", list[str](), list[str]()
    for number, line in enumerate([*lines, "@ "], start=1):
        mark, _, text = line.strip().partition(" ")
        if mark == "@" and sentences and not questions:
            raise ExpectedError(f"{path}:{number}: the sentence before it has no question: {sentences[-1]!r}")
        if mark in ("@", "-") and questions:
            yield from (Entry(page, sentence, tuple(questions)) for sentence in sentences)
            sentences, questions = [], []
        if mark == "@":
            page = text
        elif mark == "-" and page:
            sentences.append(text)
        elif mark == "?" and sentences:
            questions.append(text)
        elif mark:
            raise ExpectedError(
                f"{path}:{number}: neither `@ page`, `- sentence` nor `? question` in its place: {line!r}"
            )
