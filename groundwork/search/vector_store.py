"""Vectors of documents' passages, put in, filtered and taken out by document: in this process, or in a cluster.

`LocalStore` keeps them here, over FAISS; `milvus.MilvusStore` in a Milvus server. Both pass the same tests.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from groundwork.search.vectors import Bools, FaissIndex, Floats, Kind, VectorError, build, choose


@dataclass(frozen=True)
class Entry:
    """One vector's passage: the document and the passage's number in it, who may read it, where and when it holds."""

    document: str
    part: int
    audience: str = "public"
    region: str = "all"
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True)
class Filter:
    """What may be a candidate. `region` or `date` None: any; a region includes what holds everywhere ("all")."""

    audiences: frozenset[str]
    region: str | None = None
    date: datetime.date | None = None

    def allows(self, entry: Entry) -> bool:
        """Whether an entry may be a candidate; both ends of its dates count."""
        there = self.region is None or entry.region in ("all", self.region)
        begun = self.date is None or entry.since is None or entry.since <= self.date
        over = self.date is not None and entry.until is not None and entry.until < self.date
        return entry.audience in self.audiences and there and begun and not over


@dataclass(frozen=True)
class Found:
    """A hit: whose passage it is, and its inner product with the query."""

    document: str
    part: int
    score: float


class VectorStore(Protocol):
    """Vectors by document."""

    def __len__(self) -> int:
        """The number of vectors."""
        ...

    def put(self, entries: Sequence[Entry], vectors: Floats) -> None:
        """Store vectors (n, d), one for each entry; what was there of the documents named is replaced."""
        ...

    def delete(self, document: str) -> None:
        """Take out a document's vectors; one that is not there is no error."""
        ...

    def search(self, queries: Floats, k: int, where: Filter) -> list[list[Found]]:
        """The k best allowed passages for each query (m, d), best first; fewer where there are not as many."""
        ...


class LocalStore:
    """A VectorStore in this process. Removed vectors stay in the index, never allowed, until it is built anew."""

    def __init__(self, kind: Kind | None = None) -> None:
        self._kind = kind
        self._index: FaissIndex | None = None
        self._entries: list[Entry] = []
        self._alive: Bools = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._alive))

    def put(self, entries: Sequence[Entry], vectors: Floats) -> None:
        """Store vectors (n, d) for their entries. Raises VectorError if the two do not match, or for bad vectors."""
        matched(entries, vectors)
        if not entries:
            return
        if self._index is None:
            self._index = build(self._kind or choose(len(vectors)), vectors)
        else:
            self._index.add(vectors)
        for document in {entry.document for entry in entries}:
            self.delete(document)
        self._entries += entries
        self._alive = np.append(self._alive, np.ones(len(entries), np.bool_))

    def delete(self, document: str) -> None:
        """Take out a document's vectors."""
        self._alive &= np.array([entry.document != document for entry in self._entries], np.bool_)

    def search(self, queries: Floats, k: int, where: Filter) -> list[list[Found]]:
        """The k best allowed passages for each query, best first."""
        if self._index is None:
            return [[] for _ in queries]
        allowed = self._alive & np.array([where.allows(entry) for entry in self._entries], np.bool_)
        scores, rows = self._index.search(queries, k, allowed)
        return [
            [
                Found(self._entries[row].document, self._entries[row].part, float(score))
                for score, row in zip(*pair, strict=True)
                if row >= 0
            ]
            for pair in zip(scores, rows, strict=True)
        ]


def matched(entries: Sequence[Entry], vectors: Floats) -> None:
    """Raise VectorError unless there is one vector for each entry and no entry twice."""
    if len(entries) != len(vectors):
        raise VectorError(f"{len(entries)} entries and {len(vectors)} vectors; there must be one for each.")
    if len({(entry.document, entry.part) for entry in entries}) < len(entries):
        raise VectorError("Two of the entries are the same part of the same document.")
