"""A learned order of the candidates: a dozen features of question and chunk, a linear model fitted on the dev split."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundwork.search.keyword import tokenize
from groundwork.search.linear import Linear

FEATURES = (
    "fused",
    "bm25",
    "bm25_share",
    "cosine",
    "cosine_gap",
    "keyword_place",
    "vector_place",
    "coverage",
    "heading_coverage",
    "current",
    "own_region",
    "is_rule",
    "is_help",
    "is_product",
    "is_blog",
    "has_amount",
    "words",
)
STORED = Path(__file__).with_name("reranker.json")
AMOUNT = re.compile(r"\d")
ASKS_AMOUNT = re.compile(
    r"\b(how (long|much|many|soon|late|old|far|big|heavy|often)|when|what time|cost|fee|price|limit)\b"
)


def asks_amount(question: str) -> bool:
    """Whether a question is after a number, an amount or a date."""
    return bool(ASKS_AMOUNT.search(question.lower()))


def has_amount(text: str) -> bool:
    """Whether a text states any."""
    return bool(AMOUNT.search(text))


@dataclass(frozen=True)
class Candidate:
    """What is known of a chunk before reranking. Ranks count from 1; None: not in that ranking's candidates."""

    text: str
    kind: str
    fused: float
    bm25: float
    cosine: float
    keyword_rank: int | None
    vector_rank: int | None
    current: bool
    own_region: bool
    tokens: frozenset[str]
    heading_tokens: frozenset[str]


def features(question: str, candidates: Sequence[Candidate], idf: dict[str, float]) -> npt.NDArray[np.float64]:
    """Features of every candidate, float64 (n, len(FEATURES)); `idf` weighs the question's words (missing: rare)."""
    asked = set(tokenize(question))
    rare = max(idf.values(), default=1.0)
    weights = {word: idf.get(word, rare) for word in asked}
    total = sum(weights.values()) or 1.0
    top_bm25 = max((c.bm25 for c in candidates), default=0.0) or 1.0
    top_cosine = max((c.cosine for c in candidates), default=0.0)
    wants_amount = asks_amount(question)
    rows = [
        (
            60 * c.fused,
            math.log1p(c.bm25),
            c.bm25 / top_bm25,
            c.cosine,
            c.cosine - top_cosine,
            1 / c.keyword_rank if c.keyword_rank else 0.0,
            1 / c.vector_rank if c.vector_rank else 0.0,
            sum(weights[word] for word in asked & c.tokens) / total,
            sum(weights[word] for word in asked & c.heading_tokens) / total,
            float(c.current),
            float(c.own_region),
            float(c.kind in ("policy", "annex")),
            float(c.kind == "help"),
            float(c.kind == "product"),
            float(c.kind == "blog"),
            float(wants_amount and has_amount(c.text)),
            math.log1p(len(c.text.split())),
        )
        for c in candidates
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(FEATURES))


class Reranker(Linear):
    """The order of a question's candidates."""

    names = FEATURES
    stored = STORED
