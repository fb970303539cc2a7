"""Ranking metrics, written out: what a search result is worth, given which documents are relevant.

`ranking` is a list of ids, best first; `qrels` maps an id to its relevance (0 or missing: none). An id that appears
twice counts at its first place only. Cross-checked in the tests against ir-measures.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def first_places(ranking: Sequence[K]) -> list[K]:
    """The ranking without repetitions."""
    return list(dict.fromkeys(ranking))


def recall_at_k(ranking: Sequence[K], qrels: Mapping[K, float], k: int) -> float:
    """Share of the relevant ids that are among the first k.

    >>> recall_at_k(["a", "x", "b"], {"a": 1, "b": 1}, k=2)
    0.5
    """
    relevant = {item for item, grade in qrels.items() if grade > 0}
    if not relevant:
        raise ValueError("recall needs at least one relevant id")
    return len(relevant & set(first_places(ranking)[:k])) / len(relevant)


def success_at_k(ranking: Sequence[K], qrels: Mapping[K, float], k: int) -> float:
    """1 if any relevant id is among the first k, else 0: enough where one passage answers the question.

    >>> success_at_k(["x", "b"], {"a": 1, "b": 1}, k=2)
    1.0
    """
    return float(any(qrels.get(item, 0) > 0 for item in first_places(ranking)[:k]))


def reciprocal_rank(ranking: Sequence[K], qrels: Mapping[K, float]) -> float:
    """1 / the place of the first relevant id, 0 if there is none. Its mean over questions is the MRR.

    >>> reciprocal_rank(["x", "a"], {"a": 1})
    0.5
    """
    for place, item in enumerate(first_places(ranking), start=1):
        if qrels.get(item, 0) > 0:
            return 1 / place
    return 0.0


def mrr(rankings: Sequence[Sequence[K]], qrels: Sequence[Mapping[K, float]]) -> float:
    """Mean reciprocal rank over questions.

    >>> mrr([["a"], ["x", "b"]], [{"a": 1}, {"b": 1}])
    0.75
    """
    return sum(reciprocal_rank(one, truth) for one, truth in zip(rankings, qrels, strict=True)) / len(rankings)


def dcg(grades: Sequence[float]) -> float:
    """Discounted cumulative gain of grades in ranked order: grade / log2(place + 1)."""
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def ndcg_at_k(ranking: Sequence[K], qrels: Mapping[K, float], k: int) -> float:
    """DCG of the first k over the DCG of the best possible order (Järvelin and Kekäläinen, TOIS 2002, linear gain).

    >>> round(ndcg_at_k(["x", "a"], {"a": 1}, k=10), 4)
    0.6309
    """
    best = dcg(sorted((grade for grade in qrels.values() if grade > 0), reverse=True)[:k])
    if not best:
        raise ValueError("nDCG needs at least one relevant id")
    return dcg([max(qrels.get(item, 0), 0) for item in first_places(ranking)[:k]]) / best
