"""Near-duplicates: documents that share most of their word sequences, found by MinHash without comparing all pairs.

Broder, "On the resemblance and containment of documents", 1997. Of two near-duplicates the one in force, then the
newer one, is kept; the other is marked, not dropped.
"""

import datetime
import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundwork.search.documents import Document

SHINGLE = 5  # words
HASHES, BANDS = 128, 32  # 4 hashes a band: a pair at resemblance 0.7 meets in some band with probability 0.9998
PRIME = (1 << 31) - 1


@dataclass(frozen=True)
class Duplicate:
    """`document` is a near-duplicate of `kept`; `resemblance` is the Jaccard index of their shingles."""

    document: str
    kept: str
    resemblance: float


def shingles(text: str, size: int = SHINGLE) -> frozenset[int]:
    """Hashes of all runs of `size` words, lower case; a shorter text is one shingle."""
    words = re.findall(r"\w+", text.lower())
    runs = (" ".join(words[i : i + size]) for i in range(max(len(words) - size + 1, 1)))
    return frozenset(zlib.crc32(run.encode()) for run in runs)


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """Shared shingles over all shingles of both."""
    return len(one & other) / len(one | other)


def signature(items: frozenset[int]) -> npt.NDArray[np.int64]:
    """MinHash, int64 (128,): the smallest value under each permutation; equal entries estimate the Jaccard index."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(1, PRIME, HASHES), rng.integers(0, PRIME, HASHES)
    values = np.fromiter(items, np.int64, len(items)) % PRIME
    smallest: npt.NDArray[np.int64] = ((a[:, None] * values + b[:, None]) % PRIME).min(axis=1)
    return smallest


def near_duplicates(
    documents: Sequence[Document], threshold: float = 0.7, date: datetime.date | None = None
) -> list[Duplicate]:
    """Every document that resembles a better one at `threshold` or more; each is named once, with its closest."""
    sets = [shingles(document.text) for document in documents]
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for row, items in enumerate(sets):
        for band, part in enumerate(np.split(signature(items), BANDS)):
            buckets[band, part.tobytes()].append(row)
    pairs = {(a, b) for rows in buckets.values() for i, a in enumerate(rows) for b in rows[i + 1 :]}
    today = date or datetime.date.today()
    found: dict[int, Duplicate] = {}
    for a, b in sorted(pairs):
        resemblance = jaccard(sets[a], sets[b])
        if resemblance < threshold:
            continue
        kept, other = (a, b) if preference(documents[a], today) >= preference(documents[b], today) else (b, a)
        if other not in found or found[other].resemblance < resemblance:
            found[other] = Duplicate(documents[other].id, documents[kept].id, resemblance)
    return [found[row] for row in sorted(found)]


def preference(document: Document, date: datetime.date) -> tuple[bool, datetime.date]:
    """What is in force comes before what is not, then the newer before the older."""
    return document.in_force(date), document.effective_from or datetime.date.min
