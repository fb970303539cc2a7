"""Fit the assistant's three small models on practice and dev questions, and choose its threshold for a stated risk.

The order of sentences learns from pairs, as the reranker does. Certainty and ambiguity are logistic regressions on
what answering noticed. Practice questions are many and hard, dev questions are few and like those that the figures are
taken on; both choose the thresholds, since what is chosen on dev alone promises too much: signs were chosen there, too.
Both are divided by topic, and everything that a probability is judged on is cross-fitted: neither the order nor the
probability has seen a question of the same topic, else both would look better than they will be.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from tqdm.auto import tqdm

from groundwork.assistant.answer import Judge, draft
from groundwork.assistant.parts import HOPELESS, THRESHOLDS, Ambiguity, Certainty, retrieved, row_of
from groundwork.assistant.regions import words_of
from groundwork.assistant.reply import Draft
from groundwork.assistant.sentences import Order, candidates, features
from groundwork.evaluation.answers import questions_of, states
from groundwork.evaluation.fitting import Table, Truth, logistic, pairwise
from groundwork.evaluation.labelled import Labelled, golden, practiced
from groundwork.evaluation.practice import load
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import index_of
from groundwork.evaluation.statistics import clopper_pearson
from groundwork.files import write_text
from groundwork.models.chat import Chat
from groundwork.models.cross_encoder import default_cross_encoder
from groundwork.models.embed import default_embedder
from groundwork.search.index import Encoder, Index
from groundwork.search.linear import Linear
from groundwork.search.rerank import Reranker
from groundwork.shop.world import World

WASTE = 10.0  # asking back needlessly, as against answering an ambiguous question: most questions are clear
RISK = 0.04  # share of wrong answers that is not exceeded, with 95 % confidence, if customers ask like these questions
START = 1 / 2  # share of questions answered where the search for the threshold begins: fewer tell too little
STRENGTH, ORDER_STRENGTH = 0.1, 1.0  # of the fits of certainty and of the order (C of scikit-learn)
JUDGED = 600  # practice questions that the chat model judges, in a quarter of an hour; the others only teach the order
FOLDS = 5  # parts of dev by topic


@dataclass(frozen=True)
class Drafted:
    """One part of a question, what the assistant would say, and whether that is right."""

    question: Labelled
    draft: Draft
    right: bool


Assessed = tuple[Drafted, float, float]  # a draft, its probability of being right, and of being unclear


@dataclass(frozen=True)
class Bench:
    """What drafting needs: an index and the models."""

    index: Index
    encoder: Encoder
    judge: Judge | None

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of what customers may read."""
        return words_of(one for one in self.index.corpus.documents if one.audience == "public")


@dataclass(frozen=True)
class Pool:
    """One question's candidates: what it is about, their signs (n, f), and which are right (n,)."""

    topic: str
    table: Table
    truth: Truth


def divided(questions: Sequence[Labelled], folds: int = FOLDS) -> dict[str, int]:
    """Topic -> fold: the largest topics first, each to the fold that has the fewest questions yet."""
    counts = Counter(question.topic for question in questions)
    size = [0] * folds
    fold: dict[str, int] = {}
    for topic, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        fold[topic] = size.index(min(size))
        size[fold[topic]] += count
    return fold


def pools(bench: Bench, questions: Sequence[Labelled]) -> Iterator[Pool]:
    """The candidates of each part of each answerable question, where a right one is among them."""
    for question in tqdm(questions, unit="question", desc="searching", leave=False):
        for part in question.parts(bench.words) if question.expected == "answer" else ():
            items = candidates(retrieved(bench.index, part, question.asker), bench.index.asked.by(part).of)
            truth = [states(item.quote.text, item.hit.chunk.document.id, question.evidence) for item in items]
            if any(truth):
                table = features(part, items, bench.encoder, bench.index.rarity)
                yield Pool(question.topic, table, np.array(truth))


def fit_order(found: Sequence[Pool]) -> Order:
    """The order of sentences, from questions' candidates."""
    return pairwise(Order, [one.table for one in found], [one.truth for one in found], ORDER_STRENGTH)


def drafts(bench: Bench, order: Order, questions: Sequence[Labelled]) -> list[Drafted]:
    """What the assistant would say to each part of each question, before it decides."""
    index, reader = bench.index, default_cross_encoder()
    found = []
    for question in tqdm(questions, unit="question", desc="drafting", leave=False):
        for part in question.parts(bench.words):
            hits = retrieved(index, part, question.asker)
            made = draft(part, hits, bench.encoder, reader, bench.judge, order, index.rarity, index.asked)
            found.append(Drafted(question, made, question.right(made)))
    return found


def cross_drafted(
    bench: Bench, questions: Sequence[Labelled], own: Sequence[Pool], others: Sequence[Pool]
) -> list[Drafted]:
    """Every question drafted with an order that saw none of its topic: as new to it as a customer's will be.

    The order learns from the questions' own candidates and from those of others.
    """
    fold = divided(questions)
    found = []
    for held in range(FOLDS):
        order = fit_order([*others, *(one for one in own if fold.get(one.topic) != held)])
        found += drafts(bench, order, [one for one in questions if fold[one.topic] == held])
    place = {question.id: number for number, question in enumerate(questions)}
    return sorted(found, key=lambda one: place[one.question.id])


def table_of(model: type[Linear], drafted: Sequence[Drafted]) -> Table:
    """Features of drafts, float64 (n, f)."""
    return np.stack([row_of(model, one.draft.signals) for one in drafted])


def fit_certainty(drafted: Sequence[Drafted]) -> tuple[Certainty, Ambiguity]:
    """Both models from drafts; a draft that asks for the region is neither's business."""
    usable = [one for one in drafted if one.draft.quotes]
    clear = [one for one in usable if one.question.expected != "clarify"]
    right = np.array([one.right for one in clear])
    unclear = np.array([one.question.expected == "clarify" for one in usable])
    certainty = logistic(Certainty, table_of(Certainty, clear), right, STRENGTH)
    return certainty, logistic(Ambiguity, table_of(Ambiguity, usable), unclear)


def fit(risk: float = RISK) -> list[Row]:
    """Fit everything and store it beside the assistant; the rows say how sure the threshold is on dev."""
    world = World()
    bench = bench_of(world)
    dev, trained = dev_of(world), practice_of(world)
    own, others = list(pools(bench, dev)), list(pools(bench, trained))
    write_text(Order.stored, fit_order([*own, *others]).as_json())
    drafted = cross_drafted(bench, dev, own, others)
    learned = cross_drafted(bench, trained[:JUDGED], others, own)
    certainty, ambiguity = fit_certainty([*drafted, *learned])
    crossed = cross_fitted([*drafted, *learned], divided([*dev, *trained[:JUDGED]]))
    asks = clarify_threshold(crossed)
    at = threshold([one for one in crossed if one[2] < asks], risk)
    write_text(Certainty.stored, certainty.as_json())
    write_text(Ambiguity.stored, ambiguity.as_json())
    write_text(THRESHOLDS, json.dumps({"answer": at, "clarify": asks, "risk": risk}, indent=1) + "\n")
    return rows_at(at, asks, crossed)


def bench_of(world: World) -> Bench:
    """A world's index, and the course's models."""
    encoder = default_embedder()
    return Bench(index_of(world, encoder, Reranker.load()), encoder, Chat())


def dev_of(world: World) -> list[Labelled]:
    """The dev questions of a world."""
    return [golden(world, question) for question in questions_of(world, "dev")]


def practice_of(world: World) -> list[Labelled]:
    """The practice questions, which are about the house world, in an order drawn once."""
    found = practiced(world, load())
    return [found[row] for row in np.random.default_rng(0).permutation(len(found))]


def assessed(certainty: Certainty, ambiguity: Ambiguity, drafted: Sequence[Drafted]) -> list[Assessed]:
    """Drafts with their probabilities of being right and of being unclear; those that ask for the region left out."""
    return [
        (
            one,
            certainty.probability(row_of(Certainty, one.draft.signals)),
            ambiguity.probability(row_of(Ambiguity, one.draft.signals)),
        )
        for one in drafted
        if one.draft.quotes
    ]


def cross_fitted(drafted: Sequence[Drafted], fold: Mapping[str, int]) -> list[Assessed]:
    """Every draft assessed by models that saw none of its topic."""
    found = []
    for held in sorted(set(fold.values())):
        models = fit_certainty([one for one in drafted if fold[one.question.topic] != held])
        found += assessed(*models, [one for one in drafted if fold[one.question.topic] == held])
    return found


def threshold(crossed: Sequence[Assessed], risk: float) -> float:
    """The lowest threshold at which, with 95 % confidence, at most a share `risk` of the answers is wrong.

    From the highest that answers a share START, it goes down as long as Clopper and Pearson's upper bound keeps to the
    risk: testing in an order that is fixed beforehand, so that looking at many thresholds costs no confidence
    (Angelopoulos et al., "Learn then Test", arXiv 2110.01052). 1, which answers nothing, if none keeps to it.
    """
    best = 1.0
    for at in np.arange(0.99, 0.0, -0.01):
        answered = [one.right for one, p, _ in crossed if p >= at]
        if len(answered) < max(START * len(crossed), 1):
            continue
        if upper_bound(answered.count(False), len(answered)) > risk:
            break
        best = round(float(at), 2)
    return best


def upper_bound(wrong: int, n: int) -> float:
    """The share that the true one is at most, with 95 % confidence (one-sided)."""
    return clopper_pearson(wrong, n, level=0.9).high


def rows_at(at: float, asks: float, crossed: Sequence[Assessed]) -> list[Row]:
    """What happened at the thresholds: wrong among answered, with Clopper and Pearson's bounds, and how many answer."""
    answered = [one for one, p, unclear in crossed if p >= at and unclear < asks]
    if not answered:
        return [Row("answered, cross-fitted", 0.0, "", n=len(crossed))]
    bound = clopper_pearson(sum(not one.right for one in answered), len(answered))
    return [
        Row(f"wrong among answered at {at:.2f}, cross-fitted", bound.value, "", bound.low, bound.high, bound.n),
        Row("answered, cross-fitted", len(answered) / len(crossed), "", n=len(crossed)),
    ]


def clarify_threshold(crossed: Sequence[Assessed]) -> float:
    """Where asking back helps most: many ambiguous questions asked back, few others (Youden's J, 1950, weighted)."""
    unclear = np.array([one.question.expected == "clarify" for one, _, _ in crossed])
    p = np.array([asked if sure >= HOPELESS else 0.0 for _, sure, asked in crossed])
    steps = np.arange(0.02, 1.0, 0.01)
    gains = [(p[unclear] >= at).mean() - WASTE * (p[~unclear] >= at).mean() for at in steps]
    return round(float(steps[int(np.argmax(gains))]), 2)
