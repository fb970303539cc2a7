"""Fit the assistant's three small models on dev questions, and choose its threshold for a stated risk.

The order of sentences learns from pairs, as the reranker does. Certainty and ambiguity are logistic regressions on
what answering noticed. Dev is divided by topic, and everything that a probability is judged on is cross-fitted: neither
the order nor the probability has seen the question's topic, else both would look better than they will be.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm.auto import tqdm

from groundwork.assistant.answer import Judge, draft
from groundwork.assistant.parts import HOPELESS, THRESHOLDS, Ambiguity, Certainty, retrieved, row_of
from groundwork.assistant.reply import Draft
from groundwork.assistant.sentences import Order, candidates, features
from groundwork.evaluation.answers import asker_of, facts_of, misleads, questions_of, stated, states
from groundwork.evaluation.fitting import Table, Truth, logistic, pairwise
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import index_of, world_of
from groundwork.evaluation.statistics import clopper_pearson
from groundwork.files import write_text
from groundwork.models.chat import Chat
from groundwork.models.cross_encoder import default_cross_encoder
from groundwork.models.embed import default_embedder
from groundwork.search.index import Encoder, Index
from groundwork.search.linear import Linear
from groundwork.search.rerank import Reranker
from groundwork.search.subquestions import subquestions
from groundwork.shop.questions import matches
from groundwork.shop.records import Question
from groundwork.shop.world import World

WASTE = 5.0  # asking back needlessly, as against answering an ambiguous question: most questions are clear
RISK = 0.05  # share of wrong answers that is not exceeded, with 95 % confidence, if customers ask as dev does
START = 1 / 2  # share of questions answered where the search for the threshold begins: fewer tell too little
STRENGTH = 0.3  # of the fit of certainty (C of scikit-learn)
FOLDS = 5  # parts of dev by topic


@dataclass(frozen=True)
class Drafted:
    """One question of one part, what the assistant would say, and whether that is right."""

    question: Question
    draft: Draft
    right: bool


Assessed = tuple[Drafted, float, float]  # a draft, its probability of being right, and of being unclear


def topic_of(question: Question) -> str:
    """What a question is about; questions of a topic stay together when dev is divided."""
    first = question.facts[0].removeprefix("past.")
    return (
        first.split(".")[1]
        if question.kind in ("product", "ambiguous", "unanswerable", "staff")
        else first.split(".")[0]
    )


def divided(questions: Sequence[Question], folds: int = FOLDS) -> dict[str, int]:
    """Topic -> fold: the largest topics first, each to the fold that has the fewest questions yet."""
    counts = Counter(topic_of(question) for question in questions)
    size = [0] * folds
    fold: dict[str, int] = {}
    for topic, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        fold[topic] = size.index(min(size))
        size[fold[topic]] += count
    return fold


def fit_order(
    world: World, index: Index, encoder: Encoder, questions: Sequence[Question], strength: float = 1.0
) -> Order:
    """The order of sentences, from questions that have an answer."""
    tables: list[Table] = []
    truths: list[Truth] = []
    for question in questions:
        if question.expected != "answer":
            continue
        evidence = set().union(*facts_of(world, question))
        for part in subquestions(question.text):
            items = candidates(retrieved(index, part, asker_of(question)))
            truth = [states(item.quote.text, item.hit.chunk.document.id, evidence) for item in items]
            if any(truth):
                tables.append(features(part, items, encoder, index.rarity))
                truths.append(np.array(truth))
    return pairwise(Order, tables, truths, strength)


def drafts(
    world: World, index: Index, encoder: Encoder, judge: Judge | None, order: Order, questions: Sequence[Question]
) -> list[Drafted]:
    """What the assistant would say to each part of each question, before it decides."""
    found, reader = [], default_cross_encoder()
    for question in tqdm(questions, unit="question", desc="drafting", leave=False):
        wanted = set().union(*facts_of(world, question)) if question.expected == "answer" else set()
        parts = subquestions(question.text)
        for part in parts:
            hits = retrieved(index, part, asker_of(question))
            made = draft(part, hits, encoder, reader, judge, order, index.rarity)
            said = [(quote.text, quote.chunk.document.id) for quote in made.quotes]
            right = stated(said, wanted) and (len(parts) > 1 or matches(question, made.text))
            found.append(Drafted(question, made, right and not misleads(question, said, wanted)))
    return found


def cross_drafted(world: World, index: Index, encoder: Encoder, judge: Judge, split: str = "dev") -> list[Drafted]:
    """Every question drafted with an order that saw none of its topic: as new to it as a customer's will be."""
    questions = questions_of(world, split)
    fold = divided(questions)
    found = []
    for held in range(FOLDS):
        order = fit_order(world, index, encoder, [one for one in questions if fold[topic_of(one)] != held])
        mine = [one for one in questions if fold[topic_of(one)] == held]
        found += drafts(world, index, encoder, judge, order, mine)
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


def fit(seed: int = 0, risk: float = RISK) -> list[Row]:
    """Fit everything on dev and store it beside the assistant; the rows say how sure the threshold is."""
    encoder, judge = default_embedder(), Chat()
    world = world_of(seed)
    index = index_of(world, encoder, Reranker.load())
    write_text(Order.stored, fit_order(world, index, encoder, questions_of(world, "dev")).as_json())
    drafted = cross_drafted(world, index, encoder, judge)
    certainty, ambiguity = fit_certainty(drafted)
    crossed = cross_fitted(drafted, divided([one.question for one in drafted]))
    asks = clarify_threshold(crossed)
    at = threshold([one for one in crossed if one[2] < asks], risk)
    write_text(Certainty.stored, certainty.as_json())
    write_text(Ambiguity.stored, ambiguity.as_json())
    write_text(THRESHOLDS, json.dumps({"answer": at, "clarify": asks, "risk": risk}, indent=1) + "\n")
    return rows_at(at, asks, crossed)


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
    for held in sorted({fold[topic_of(one.question)] for one in drafted}):
        models = fit_certainty([one for one in drafted if fold[topic_of(one.question)] != held])
        found += assessed(*models, [one for one in drafted if fold[topic_of(one.question)] == held])
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
