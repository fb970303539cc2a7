"""How near a customer's question is to the questions that are expected of each sentence.

Two questions are compared more easily than a question and its answer: "can I bring back a lamp?" and "return window for
a headlamp?" are near, whatever words the rule itself uses. The expected questions are embedded once for each embedding
model, kept under `build/`, and compared with a question by one product of matrices.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from groundwork.files import replacing
from groundwork.paths import BUILD
from groundwork.search.chunks import Chunk, sentences
from groundwork.search.documents import Document
from groundwork.search.expected import NAME, Entry, Expected, default_expected
from groundwork.search.open_questions import OpenQuestions, default_open_questions

if TYPE_CHECKING:
    from groundwork.search.index import Encoder

FOLDER = BUILD / "expected"
NEAREST = 8  # expected questions that bring their sentences among the candidates
Floats = npt.NDArray[np.float32]


class Asked:
    """The expected questions of the chunks' documents: `texts`, and their `vectors`, float32 (n, dimensions).

    `open` holds the vectors of questions that the documents leave open, by kind; none where other questions than the
    shop's are expected, unless they are given, too.
    """

    def __init__(
        self,
        chunks: Sequence[Chunk],
        encoder: "Encoder",
        expected: Expected | None = None,
        open_questions: OpenQuestions | None = None,
    ) -> None:
        left = open_questions or (default_open_questions() if expected is None else {})
        self.expected = default_expected() if expected is None else expected
        self._encoder = encoder
        self._homes: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            self._homes.setdefault(chunk.document.id, []).append(chunk)
        entries = [one for one in self.expected.entries if one.page in self._homes or any(map(one.of, self._homes))]
        self.texts = list(dict.fromkeys(text for entry in entries for text in entry.questions))
        self.row = {text: row for row, text in enumerate(self.texts)}
        self._pages: dict[int, list[Entry]] = {}
        for entry in entries:
            for text in entry.questions if not entry.many else ():
                self._pages.setdefault(self.row[text], []).append(entry)
        self.vectors = embedded(self.texts, encoder)
        self.open = {kind: embedded(texts, encoder) for kind, texts in left.items() if entries}

    def by(self, question: str) -> "Near":
        """What is near to a question."""
        return Near(self, question)

    def vector(self, question: str) -> Floats:
        """A customer's question as a vector, float32 (dimensions,)."""
        return np.asarray(self._encoder.encode([question])[0])

    def cosines(self, question: str) -> Floats:
        """The cosine of a question with each expected one, float32 (n,)."""
        return np.asarray(self.vectors @ self.vector(question)) if self.texts else np.zeros(0, np.float32)

    def homes(self, row: int) -> Iterator[Chunk]:
        """The chunks that hold a sentence of which question `row` is expected; not for pages of a family."""
        for entry in self._pages.get(row, []):
            for chunk in self._homes[entry.page]:
                spans = sentences(chunk.document.text, chunk.start, chunk.end)
                said = (chunk.document.text[span.start : span.end] for span in spans)
                if any(self.texts[row] in self.expected.raw(chunk.document, text) for text in said):
                    yield chunk


class Near:
    """One question beside all expected ones."""

    def __init__(self, asked: Asked, question: str) -> None:
        self._asked, self._question = asked, question
        self._vector = asked.vector(question)
        self._cosines = np.asarray(asked.vectors @ self._vector) if asked.texts else np.zeros(0, np.float32)
        self._nameless: dict[str, Floats] = {}

    def of(self, document: Document, sentence: str) -> Mapping[str, float]:
        """The questions that a sentence is expected to answer, with their cosines, the nearest first.

        On a page of a family, "it" stands for the name on both sides, since names are far from all they are called by.
        """
        raw = self._asked.expected.raw(document, sentence)
        if not raw:
            return {}
        cosines = self._cosines
        if any(NAME in text for text in raw):
            title = document.title
            if title not in self._nameless:
                self._nameless[title] = self._asked.cosines(nameless(self._question, title))
            cosines = self._nameless[title]
        found = {text.replace(NAME, document.title): float(cosines[self._asked.row[text]]) for text in raw}
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def open(self, kind: str) -> float:
        """The cosine of the nearest question that the pages leave open in this way; 0 where none is known."""
        vectors = self._asked.open.get(kind)
        return float((vectors @ self._vector).max(initial=0.0)) if vectors is not None and len(vectors) else 0.0

    def chunks(self) -> list[Chunk]:
        """The chunks with the sentences behind the nearest expected questions, the nearest first."""
        order = np.argsort(-self._cosines, kind="stable")[:NEAREST].tolist()
        return list({chunk.id: chunk for row in order for chunk in self._asked.homes(row)}.values())


def nameless(question: str, title: str) -> str:
    """A question with "it" for a product's name, in full or without the word for what it is.

    >>> nameless("How heavy is the Larkfell 2?", "Larkfell 2 tent")
    'How heavy is it?'
    """
    short = title.rpartition(" ")[0] or title
    return re.sub(rf"(?:\bthe )?(?:{re.escape(title)}|{re.escape(short)})", "it", question, flags=re.IGNORECASE)


def embedded(texts: Sequence[str], encoder: "Encoder") -> Floats:
    """Vectors of expected questions, float32 (n, dimensions), from `build/` or else made and kept there."""
    if not texts:
        return np.zeros((0, 0), np.float32)
    shown = [text.replace(f"the {NAME}", "it").replace(NAME, "it") for text in texts]
    name = hashlib.sha256("\n".join([encoder.id, *shown]).encode()).hexdigest()[:24]
    path = FOLDER / f"{name}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept: Floats = np.load(path, mmap_mode="r", allow_pickle=False)
        if len(kept) == len(texts):
            return kept
    vectors = encoder.encode(shown, progress=True)
    with suppress(OSError), replacing(path) as part, part.open("wb") as file:  # a full disk costs the time again
        np.save(file, vectors, allow_pickle=False)
    return vectors
