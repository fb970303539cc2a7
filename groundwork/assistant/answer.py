"""Hits -> a draft: the sentence that fits the question best, word for word, and the chat model's word on it.

Small models copy badly and guess well, so no model writes the answer. A scorer orders all sentences in milliseconds,
and the chat model says of the first four which answers, and of that one alone whether it does. Picking helps to choose
(dev: .84 right by the scorer, .89 with it) but is useless for telling that none answers. That is what the second
question is for, and a cross-encoder that was taught to tell neighbours apart. It has no say in the choice: as a second
opinion it finds more of the wrong ones (dev: AUROC .94, and .92 without it) than it prevents as one more voice among
those who choose (.91), since then the errors that are left are its own.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from groundwork.assistant.reply import Draft, Quote
from groundwork.assistant.sentences import ASKS, UNASKED, Order, Rarity, Sentence, candidates, features
from groundwork.models.cross_encoder import Passage
from groundwork.search.index import Encoder, Hit

READ = 12  # sentences that the cross-encoder reads: every right one of dev is among them
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


class Reader(Protocol):
    """What answering needs of a cross-encoder."""

    def scores(self, question: str, passages: Sequence[Passage]) -> npt.NDArray[np.float64]:
        """The log-odds that each passage answers, against that none does."""
        ...


@dataclass(frozen=True)
class Shortlist:
    """What is known of n candidates: signs (n, len(Order.names)), the scorer's and the cross-encoder's scores (n,).

    `read` is minus infinity for those that the cross-encoder did not read.
    """

    table: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    read: npt.NDArray[np.float64]

    @property
    def rows(self) -> list[int]:
        """The rows of the best, the best first."""
        return [int(row) for row in np.argsort(-self.scores, kind="stable")[:SHOWN]]

    @property
    def lead(self) -> float:
        """How far the first is ahead of the second; 5 for a single one."""
        best = self.scores[self.rows]
        return float(best[0] - best[1]) if len(best) > 1 else 5.0


def shortlist(
    question: str, items: Sequence[Sentence], encoder: Encoder, reader: Reader, order: Order, rarity: Rarity
) -> Shortlist:
    """Order the candidates by their signs, and let the cross-encoder read the best READ of them."""
    table = features(question, items, encoder, rarity)
    ordered = order.scores(table)
    first = np.argsort(-ordered, kind="stable")[:READ]
    read = np.full(len(items), -np.inf)
    read[first] = reader.scores(question, [items[row].passage for row in first])
    return Shortlist(table, ordered, read)


def draft(
    question: str,
    hits: Sequence[Hit],
    encoder: Encoder,
    reader: Reader,
    judge: Judge | None,
    order: Order,
    rarity: Rarity,
) -> Draft:
    """The best sentence as the answer, with what speaks for it. Without a judge, the scorer decides alone."""
    items = candidates(hits)
    if not items:
        return Draft("", ())
    listed = shortlist(question, items, encoder, reader, order, rarity)
    best, scores = listed.rows, listed.scores
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
    signals = weighed(question, ranked, final[places].tolist(), [math.log(picked[place] + FLOOR) for place in places])
    signals |= noticed(listed, best[places[0]]) | {"yes": odds(yes), "none": math.log(none + FLOOR)}
    if ranked[0].rival:
        return Draft("", (), yes, quotes, signals, WHERE)
    return Draft(ranked[0].quote.text, quotes[:1], yes, quotes, signals)


def noticed(listed: Shortlist, chosen: int) -> dict[str, float]:
    """Signals of the chosen row's signs, and of both scores: what it got, and how far it is ahead."""
    read = listed.read[np.isfinite(listed.read)]
    most, others = float(listed.read[chosen]), np.sort(read)[::-1]
    rival = float(others[1] if most >= others[0] else others[0]) if len(others) > 1 else most - 5.0
    signals = dict(zip(Order.names, listed.table[chosen].tolist(), strict=True))
    return signals | {
        "score": float(listed.scores[chosen]),
        "scorers_first": float(listed.rows[0] == chosen),
        "scorers_lead": listed.lead,
        "asked_held": float(any(signals[f"asked_{name}"] for name in ASKS)),
        "unasked_held": sum(signals[f"unasked_{name}"] for name in UNASKED),
        "read": most,
        "read_ahead": most - rival,
        "read_share": float(np.exp(most - np.logaddexp.reduce([0.0, *read]))),
    }


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
