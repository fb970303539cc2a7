"""Hits -> a draft: the sentence that fits the question best, word for word, and the chat model's word on it.

Small models copy badly and guess well, so the model never writes the answer. It reads better than it searches: a
scorer proposes four sentences, the model says which of them answers, and then, of that one alone, whether it does.
Picking helps to choose (dev: .84 right by the scorer, .89 with it) but is useless for telling that none answers (AUROC
.63); the second question tells right sentences from wrong ones and from none (.86 alone, .92 with all signals).
"""

import math
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from groundwork.assistant.reply import Draft, Quote
from groundwork.assistant.sentences import ASKS, UNASKED, Order, Rarity, Sentence, candidates, features
from groundwork.search.index import Encoder, Hit

SHOWN = 4  # sentences that the model chooses from
TRUST = 5.0  # weight of the model's log-probability beside the scorer's score, chosen on dev
FLOOR = 1e-3  # a probability nearer to 0 or 1 says no more than this
LETTERS = "ABCDEFGH"
PICK = "Pick the sentence that answers the question."
CHECK = "Does the sentence answer the question? Say yes or no."
WHERE = "Which country are you in: the US, Canada, the UK or the EU? The answer depends on it."
VALUE = re.compile(r"\d+(?:[.,]\d+)*")
LONGEST = 400  # characters of a sentence that the model reads


class Judge(Protocol):
    """What answering needs of a chat model."""

    def choice_probabilities(self, messages: list[dict[str, str]], choices: list[str]) -> dict[str, float]:
        """How likely the model is to say each of the choices."""
        ...


def draft(
    question: str, hits: Sequence[Hit], encoder: Encoder, judge: Judge | None, order: Order, rarity: Rarity
) -> Draft:
    """The best sentence as the answer, with what speaks for it. Without a judge, the scorer decides alone."""
    items = candidates(hits)
    if not items:
        return Draft("", ())
    table = features(question, items, encoder, rarity)
    scores = order.scores(table)
    best = [int(row) for row in np.argsort(-scores, kind="stable")[:SHOWN]]
    *picked, none = pick(question, [items[row].quote.text for row in best], judge)
    final = scores[best] + TRUST * np.log(np.array(picked) + FLOOR)
    places = [int(place) for place in np.argsort(-final, kind="stable")]
    ranked = [items[best[place]] for place in places]
    yes = check(question, ranked[0], judge)
    quotes = tuple(
        Quote(item.quote.chunk, item.quote.start, item.quote.end, float(final[place]))
        for item, place in zip(ranked, places, strict=True)
        if not item.rival
    )
    signals = dict(zip(Order.names, table[best[places[0]]].tolist(), strict=True))
    signals |= weighed(question, ranked, final[places].tolist(), [math.log(picked[place] + FLOOR) for place in places])
    signals |= {
        "yes": odds(yes),
        "none": math.log(none + FLOOR),
        "score": float(scores[best[places[0]]]),
        "scorers_first": float(places[0] == 0),
        "scorers_lead": float(scores[best[0]] - scores[best[1]]) if len(best) > 1 else 5.0,
        "asked_held": float(any(signals[f"asked_{name}"] for name in ASKS)),
        "unasked_held": sum(signals[f"unasked_{name}"] for name in UNASKED),
    }
    if ranked[0].rival:
        return Draft("", (), yes, quotes, signals, WHERE)
    return Draft(ranked[0].quote.text, quotes[:1], yes, quotes, signals)


def pick(question: str, sentences: Sequence[str], judge: Judge | None) -> list[float]:
    """The model's probability for each sentence, then for none of them; all alike without a model.

    They are shown in alphabetical order, which has nothing to do with the scorer's, so that the model's fondness for
    some letters stays out of the sum.
    """
    count = len(sentences)
    if judge is None:
        return [1 / (count + 1)] * (count + 1)
    order = sorted(range(count), key=lambda row: sentences[row])
    lines = [f"{letter}) {sentences[row][:LONGEST]}" for letter, row in zip(LETTERS, order, strict=False)]
    ask = f"Which sentence answers the question? Reply with its letter, or {LETTERS[count]} if none does."
    said = judge.choice_probabilities(
        talk(PICK, "\n".join([f"Question: {question}", *lines, ask])), list(LETTERS[: count + 1])
    )
    return [bounded(said.get(LETTERS[order.index(row)], 0.0)) for row in range(count)] + [
        bounded(said.get(LETTERS[count], 0.0))
    ]


def check(question: str, sentence: Sentence, judge: Judge | None) -> float:
    """The model's probability that a sentence, with the headings above it, answers; one half without a model."""
    if judge is None:
        return 0.5
    headings = " > ".join(sentence.hit.chunk.headings)
    asked = f"Question: {question}\nSentence ({headings}): {sentence.quote.text[:LONGEST]}"
    return bounded(judge.choice_probabilities(talk(CHECK, asked), ["yes", "no"]).get("yes", 0.0))


def talk(system: str, asked: str) -> list[dict[str, str]]:
    """A conversation of one turn."""
    return [{"role": "system", "content": system}, {"role": "user", "content": asked}]


def bounded(value: float) -> float:
    """A probability that is one, whatever the model's server sent."""
    return min(max(float(value), 0.0), 1.0) if math.isfinite(value) else 0.0


def odds(p: float) -> float:
    """The logarithm of a probability's odds, bounded."""
    p = min(max(p, FLOOR), 1 - FLOOR)
    return math.log(p / (1 - p))


def weighed(
    question: str, ranked: Sequence[Sentence], values: Sequence[float], picks: Sequence[float]
) -> dict[str, float]:
    """Signals about the field of candidates: how far the best is ahead, and of what."""
    said = [frozenset(VALUE.findall(item.quote.text)) for item in ranked]
    other = [row for row in range(1, len(ranked)) if said[row] != said[0]]  # the same value said twice is no rival
    return {
        "ahead": min(values[0] - values[other[0]], 20.0) if other else 10.0,
        "pick": picks[0],
        "pick_ahead": picks[0] - max((picks[row] for row in other), default=-3.0),
        "agreeing": float(sum(value == said[0] and bool(value) for value in said[1:])),
        "close_values": float(len({value for row, value in enumerate(said) if value and values[0] - values[row] < 4})),
        "question_words": math.log1p(len(question.split())),
        "product": float(ranked[0].hit.chunk.document.kind == "product"),
    }
