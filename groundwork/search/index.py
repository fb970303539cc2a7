"""The search index: chunks of every document, with BM25 and vectors of their own for each audience.

Audiences are apart by construction: a customer's scores, document frequencies included, are computed as if staff
documents did not exist. Within what the asker may read, passages that are superseded or speak for another region stay
findable, marked, and weighted down.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Protocol

import numpy as np
import numpy.typing as npt

from groundwork.search.asked import Asked
from groundwork.search.chunks import Chunk, chunks
from groundwork.search.documents import Corpus
from groundwork.search.fusion import reciprocal_rank_fusion
from groundwork.search.keyword import Keywords, tokenize
from groundwork.search.nearest import nearest_in
from groundwork.search.rerank import Candidate, Reranker, features
from groundwork.search.subquestions import subquestions

CANDIDATES = 50  # each ranking's share of the fusion
OUTDATED = 0.5  # weight of a passage that is not in force, or speaks for another region, in the fused order
Floats = npt.NDArray[np.float32]
Key = tuple[str, int]  # audience and row


class Encoder(Protocol):
    """What the index needs of an embedding model."""

    @property
    def id(self) -> str:
        """A name that changes whenever the vectors would."""
        ...

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Floats:
        """Texts to L2-normalised vectors, float32 (n, dimensions)."""
        ...


@dataclass(frozen=True)
class Scope:
    """What an asker may read, and where and when they ask."""

    audiences: frozenset[str] = frozenset({"public"})
    region: str | None = None
    date: datetime.date | None = None

    def is_current(self, chunk: Chunk) -> bool:
        """Whether a chunk's document is the rule for this asker's region and date."""
        date = self.date or datetime.date.today()
        return chunk.document.in_force(date) and chunk.document.applies_in(self.region)


CUSTOMER = Scope()


@dataclass(frozen=True)
class Hit:
    """A found chunk: score of the order it is in, place in each ranking (from 1; None: not in it), and both scores."""

    chunk: Chunk
    score: float
    keyword_rank: int | None
    vector_rank: int | None
    bm25: float
    cosine: float
    current: bool


class Part:
    """One audience's chunks, their vectors (n, dimensions), their BM25, and the search among the vectors."""

    def __init__(self, items: list[Chunk], vectors: Floats, keywords: Keywords, encoder: Encoder) -> None:
        self.chunks, self.vectors, self.keywords = items, vectors, keywords
        self._nearest = nearest_in(items, vectors, encoder.id)

    def by_word(self, query: str) -> dict[int, float]:
        """The best rows by BM25 with their scores; none that shares no word with the query."""
        scores = self.keywords.scores(query)
        count = min(CANDIDATES, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        return {int(row): float(scores[row]) for row in best if scores[row] > 0}

    def by_vector(self, vector: Floats) -> dict[int, float]:
        """The nearest rows with their cosines."""
        return self._nearest(vector, CANDIDATES)


class Index:
    """Search over a corpus. Without a reranker the fused order is final."""

    def __init__(
        self, corpus: Corpus, encoder: Encoder, parts: dict[str, Part], reranker: Reranker | None = None
    ) -> None:
        self.corpus, self.parts, self.reranker = corpus, parts, reranker
        self._encoder = encoder

    @cached_property
    def asked(self) -> Asked:
        """The expected questions of what customers may read; embedded the first time."""
        return Asked(self.parts["public"].chunks if "public" in self.parts else [], self._encoder)

    @classmethod
    def build(
        cls,
        corpus: Corpus,
        encoder: Encoder,
        known: dict[str, Floats] | None = None,
        reranker: Reranker | None = None,
    ) -> "Index":
        """Cut, embed and index every document; `known` holds the vectors of texts that need no embedding."""
        vectors = dict(known or {})
        pieces: dict[str, list[Chunk]] = {}
        for document in corpus.documents:
            pieces.setdefault(document.audience, []).extend(chunks(document))
        new = [text for text in dict.fromkeys(c.searchable for p in pieces.values() for c in p) if text not in vectors]
        if new:
            vectors.update(zip(new, encoder.encode(new, progress=True), strict=True))
        parts = {}
        for audience, items in pieces.items():
            texts = [item.searchable for item in items]
            parts[audience] = Part(items, np.stack([vectors[text] for text in texts]), Keywords.build(texts), encoder)
        return cls(corpus, encoder, parts, reranker)

    def search(self, query: str, k: int = 10, scope: Scope = CUSTOMER) -> list[Hit]:
        """The k best chunks that the scope may read, best first; fewer where there are not as many.

        Two questions in one are searched for one by one, and their hits dealt out in turn.
        """
        found = [self.ordered(part, scope) for part in subquestions(query)]
        dealt: dict[str, Hit] = {}
        for hit in (hit for turn in zip_longest(*found) for hit in turn if hit):
            dealt.setdefault(hit.chunk.id, hit)
        return list(dealt.values())[:k]

    def ordered(self, query: str, scope: Scope = CUSTOMER) -> list[Hit]:
        """All candidates of one question in the final order: learned where there is a reranker, else fused."""
        hits = self.fused(query, scope)
        return self.reranked(query, hits, scope) if self.reranker else hits

    def fused(self, query: str, scope: Scope = CUSTOMER) -> list[Hit]:
        """All candidates of both rankings by reciprocal rank fusion, what is not current weighted down."""
        scope = scope if scope.date else replace(scope, date=datetime.date.today())
        vector = self._encoder.encode([query])[0]
        words: dict[Key, float] = {}
        cosines: dict[Key, float] = {}
        for audience in sorted(scope.audiences & self.parts.keys()):
            part = self.parts[audience]
            words |= {(audience, row): score for row, score in part.by_word(query).items()}
            cosines |= {(audience, row): cosine for row, cosine in part.by_vector(vector).items()}
        rankings = [ranking(words), ranking(cosines)]
        places = [{key: place for place, key in enumerate(one, start=1)} for one in rankings]
        hits = []
        for key, score in reciprocal_rank_fusion(rankings):
            part, row = self.parts[key[0]], key[1]
            current = scope.is_current(part.chunks[row])
            cosine = cosines[key] if key in cosines else float(part.vectors[row] @ vector)
            weighted = score if current else score * OUTDATED
            ranks = places[0].get(key), places[1].get(key)
            hits.append(Hit(part.chunks[row], weighted, *ranks, words.get(key, 0.0), cosine, current))
        return sorted(hits, key=lambda hit: -hit.score)

    def reranked(self, query: str, hits: Sequence[Hit], scope: Scope = CUSTOMER) -> list[Hit]:
        """The same hits in the learned order. Raises ValueError if there is no reranker."""
        if self.reranker is None:
            raise ValueError("this index has no reranker")
        if not hits:
            return []
        scores = self.reranker.scores(self.features(query, hits, scope))
        order = np.argsort(-scores, kind="stable")
        return [replace(hits[i], score=float(scores[i])) for i in order]

    def features(self, query: str, hits: Sequence[Hit], scope: Scope = CUSTOMER) -> npt.NDArray[np.float64]:
        """The reranker's features of hits, float64 (n, features)."""
        return features(query, [candidate(hit, scope) for hit in hits], self.rarity(tokenize(query), scope))

    def rarity(self, words: Sequence[str], scope: Scope = CUSTOMER) -> dict[str, float]:
        """The inverse document frequency of words among the chunks that the scope may read."""
        parts = [self.parts[audience] for audience in sorted(scope.audiences & self.parts.keys())]
        total = sum(len(part.chunks) for part in parts)
        found = {word: sum(part.keywords.frequency(word) for part in parts) for word in words}
        return {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in found.items()}


def candidate(hit: Hit, scope: Scope) -> Candidate:
    """A hit as the reranker sees it."""
    document, heading = hit.chunk.document, " > ".join(hit.chunk.headings)
    return Candidate(
        text=hit.chunk.text,
        kind=document.kind,
        fused=hit.score,
        bm25=hit.bm25,
        cosine=hit.cosine,
        keyword_rank=hit.keyword_rank,
        vector_rank=hit.vector_rank,
        current=hit.current,
        own_region=document.region == scope.region,
        tokens=token_set(hit.chunk.text),
        heading_tokens=token_set(heading),
    )


@lru_cache(maxsize=20_000)
def token_set(text: str) -> frozenset[str]:
    """The different words of a chunk; remembered, since the same chunks are candidates again and again."""
    return frozenset(tokenize(text))


def ranking(scores: dict[Key, float]) -> list[Key]:
    """The best candidates, highest score first; equal scores in the order of the corpus."""
    return sorted(scores, key=lambda key: (-scores[key], key))[:CANDIDATES]
