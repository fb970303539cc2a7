"""Two rankings -> one, by rank alone, since a BM25 score and a cosine share no scale."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def reciprocal_rank_fusion(rankings: Sequence[Sequence[K]], k: int = 60) -> list[tuple[K, float]]:
    """Score every item by the sum of 1 / (k + rank) over the rankings that hold it; best first, ties by first seen.

    Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009; k = 60 is theirs.

    >>> [item for item, score in reciprocal_rank_fusion([["a", "b", "c"], ["c", "a"]])]
    ['a', 'c', 'b']
    """
    scores: dict[K, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
