"""`course.py evaluate search`: does hybrid search with a learned order beat its parts, on questions it never saw?

A chunk is relevant if it holds, whole, a sentence that states what was asked (an evidence quote of the golden set).
Recall@5 is the share of the asked facts that have such a chunk among the first five; nDCG@10 is over relevant chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundwork.evaluation.fitting import Table, Truth, pairwise
from groundwork.evaluation.metrics import ndcg_at_k, reciprocal_rank
from groundwork.evaluation.rows import Row
from groundwork.evaluation.statistics import Interval, bootstrap_interval, paired_bootstrap
from groundwork.paths import BUILD, DATASETS
from groundwork.search.index import CANDIDATES, Encoder, Hit, Index, Scope
from groundwork.search.rerank import Reranker
from groundwork.search.store import open_index
from groundwork.shop.make import build
from groundwork.shop.records import Question
from groundwork.shop.world import World

ORDERS = ("BM25", "dense", "hybrid", "hybrid + rerank")
HARD = ("superseded", "regional")


@dataclass(frozen=True)
class Case:
    """A question with its candidates, the chunks that are relevant, and the relevant chunks of each asked fact."""

    question: Question
    scope: Scope
    hits: list[Hit]
    relevant: dict[str, int]
    by_fact: tuple[frozenset[str], ...]


def world_of(seed: int) -> World:
    """The world of a seed: the stored one for 0, else made under `build/` the first time."""
    folder = DATASETS / "shop" if seed == 0 else BUILD / "worlds" / str(seed)
    if not (folder / "MANIFEST.json").exists():
        build(seed, folder, force=True)
    return World(folder)


def index_of(world: World, encoder: Encoder, reranker: Reranker | None) -> Index:
    """The world's search index, kept under `build/`."""
    store = BUILD / "index" / f"seed-{world.manifest['seed']}"
    return open_index(world.folder / "documents", store, encoder, reranker)


def folded(text: str) -> str:
    """Text without differences of white space."""
    return " ".join(text.split())


def cases(world: World, index: Index, split: str) -> list[Case]:
    """Every answerable question of a split with its candidates and its truth."""
    homes: dict[str, list[tuple[str, str]]] = {}
    for part in index.parts.values():
        for chunk in part.chunks:
            homes.setdefault(chunk.document.id, []).append((chunk.id, folded(chunk.text)))
    stated = {(item.document, item.start): item.facts for item in world.evidence}
    found = []
    for question in world.questions:
        if question.split != split or question.expected != "answer":
            continue
        by_fact: dict[str, set[str]] = {fact: set() for fact in question.facts}  # `past.` where an old rule is asked
        for quote in question.evidence:
            inside = {name for name, text in homes[quote.document] if folded(quote.quote) in text}
            for fact in stated[quote.document, quote.start]:
                by_fact.setdefault(fact, set()).update(inside)
        asked = tuple(frozenset(by_fact[fact]) for fact in question.facts)
        scope = Scope(region=question.region, date=question.date)
        relevant = {name: 1 for names in asked for name in names}
        if relevant:
            found.append(Case(question, scope, index.fused(question.text, scope), relevant, asked))
    return found


def orders(index: Index, case: Case) -> dict[str, list[str]]:
    """Chunk ids of a case in each order that is compared."""
    hits = case.hits
    by_word = sorted((h for h in hits if h.keyword_rank), key=lambda h: h.keyword_rank or 0)
    by_vector = sorted((h for h in hits if h.vector_rank), key=lambda h: h.vector_rank or 0)
    learned = index.search(case.question.text, 2 * CANDIDATES, case.scope)
    rankings = (by_word, by_vector, hits, learned)
    return {name: [hit.chunk.id for hit in ranking] for name, ranking in zip(ORDERS, rankings, strict=True)}


def recall_of_facts(ranking: Sequence[str], case: Case, k: int = 5) -> float:
    """Share of the asked facts that a chunk among the first k states."""
    first = set(ranking[:k])
    return sum(bool(names & first) for names in case.by_fact) / len(case.by_fact)


def row(name: str, interval: Interval, unit: str = "", baseline: str = "", bar: str = "") -> Row:
    """An interval as a row."""
    return Row(
        name, round(interval.value, 4), unit, round(interval.low, 4), round(interval.high, 4), interval.n, baseline, bar
    )


def evaluate(encoder: Encoder, split: str = "test", seed: int = 0) -> list[Row]:
    """The figures of a split in a world, each with its 95 % interval."""
    world = world_of(seed)
    index = index_of(world, encoder, Reranker.load())
    asked = cases(world, index, split)
    ranked = [orders(index, case) for case in asked]
    ndcg = {name: [ndcg_at_k(r[name], c.relevant, 10) for r, c in zip(ranked, asked, strict=True)] for name in ORDERS}
    recall = {name: [recall_of_facts(r[name], c) for r, c in zip(ranked, asked, strict=True)] for name in ORDERS}
    rows = [row(f"nDCG@10, {name}", bootstrap_interval(ndcg[name])) for name in ORDERS]
    best = ORDERS[-1]
    for other in ORDERS[:-1]:
        rows.append(
            row(f"nDCG@10, {best} minus {other}", paired_bootstrap(ndcg[best], ndcg[other]), "", other, "low > 0")
        )
    places = [reciprocal_rank(r[best], c.relevant) for r, c in zip(ranked, asked, strict=True)]
    rows.append(row(f"MRR, {best}", bootstrap_interval(places)))
    for other in ORDERS[:-1]:
        rows.append(row(f"recall@5, {other}", bootstrap_interval(recall[other])))
    rows.append(row(f"recall@5, {best}", bootstrap_interval(recall[best]), "", "", ">= 0.95"))
    for kind in dict.fromkeys(case.question.kind for case in asked):
        values = [v for v, case in zip(recall[best], asked, strict=True) if case.question.kind == kind]
        bar = ">= 0.85" if kind in HARD else ""
        rows.append(row(f"recall@5, {best}, {kind}", bootstrap_interval(values), "", "", bar))
    return rows


def fit(encoder: Encoder, seeds: Sequence[int] = (0,), strength: float = 1.0) -> Reranker:
    """Fit the reranker on dev questions, on pairs of a relevant and an irrelevant candidate.

    Five-fold cross-validation by topic within dev chose pairs (recall@5 .96, nDCG@10 .85) over single
    candidates (.94, .83), and the strength.
    """
    tables: list[Table] = []
    truths: list[Truth] = []
    for seed in seeds:
        world = world_of(seed)
        index = index_of(world, encoder, None)
        for case in cases(world, index, "dev"):
            tables.append(index.features(case.question.text, case.hits, case.scope))
            truths.append(np.array([hit.chunk.id in case.relevant for hit in case.hits]))
    return pairwise(Reranker, tables, truths, strength)


def failures(encoder: Encoder, split: str, seed: int, count: int = 10) -> list[tuple[str, str, list[str]]]:
    """Questions whose evidence is not among the first five: (id, text, what came first), for an error gallery."""
    world = world_of(seed)
    index = index_of(world, encoder, Reranker.load())
    missed = []
    for case in cases(world, index, split):
        ranking = orders(index, case)[ORDERS[-1]]
        if recall_of_facts(ranking, case) < 1:
            missed.append((case.question.id, case.question.text, ranking[:5]))
    return missed[:count]
