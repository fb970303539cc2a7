"""Hits -> a draft: the one or two sentences that fit the question best, word for word, and what the model says of them.

Small models copy badly and guess well, so no model writes the answer. A scorer orders all sentences in milliseconds by
thirty signs, and a cross-encoder, taught to tell neighbours apart, reads the best of them and has its say in the
choice. Where the second is close behind the first, both are quoted: "we open at nine" and "we close at six" are
better shown than guessed between. The chat model, which reads well, judges whether what is quoted answers.
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
from groundwork.search.asked import Asked
from groundwork.search.index import Encoder, Hit
from groundwork.search.keyword import tokenize
from groundwork.search.open_questions import KINDS

READ = 12  # sentences that the cross-encoder reads: nearly every right one of dev is among them
SHOWN = 4  # sentences that are considered, and that a ticket shows
TRUST = 0.8  # weight of the cross-encoder's score beside the scorer's, chosen on dev
CLOSE = 1.0  # so far behind the first, the second is quoted, too; chosen on dev
ALIKE = 0.1  # expected questions whose cosines are so near to each other fit alike
FLOOR = 1e-3  # a probability nearer to 0 or 1 says no more than this
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

    `read` is minus infinity for those that the cross-encoder did not read; they are not chosen.
    """

    table: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    read: npt.NDArray[np.float64]

    @property
    def total(self) -> npt.NDArray[np.float64]:
        """Both scores together, by which the candidates are chosen."""
        return self.scores + TRUST * self.read

    @property
    def rows(self) -> list[int]:
        """The rows of the best, the best first."""
        return [int(row) for row in np.argsort(-self.total, kind="stable")[:SHOWN]]


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
    asked: Asked | None = None,
) -> Draft:
    """The best one or two sentences as the answer, with what speaks for them. Without a judge, the scores decide alone.

    `asked`: how customers are expected to ask for what sentences say.
    """
    near = asked.by(question) if asked else None
    items = candidates(hits, near.of) if near else candidates(hits)
    if not items:
        return Draft("", ())
    listed = shortlist(question, items, encoder, reader, order, rarity)
    best = listed.rows
    ranked, total = [items[row] for row in best], listed.total[best].tolist()
    chosen = together(ranked, total)
    yes = check(question, chosen, judge)
    considered = tuple(
        Quote(item.quote.chunk, item.quote.start, item.quote.end, float(score))
        for item, score in zip(ranked, total, strict=True)
        if not item.rival
    )
    signals = weighed(question, ranked, total, len(chosen)) | noticed(listed, best[0])
    signals |= {"yes": odds(yes), "specific": specific(question, rarity)}
    signals |= {kind: near.open(kind) if near else 0.0 for kind in KINDS}
    if ranked[0].rival:
        return Draft("", (), yes, considered, signals, WHERE)
    quotes = considered[: len(chosen)]
    return Draft("\n".join(quote.text for quote in quotes), quotes, yes, considered, signals)


def together(ranked: Sequence[Sentence], total: Sequence[float]) -> list[Sentence]:
    """The best, and the second if it is close behind, says something else, and is about the same thing.

    Another region's rule is about something else, and so is another product's page: sisters differ in every value.
    """
    if len(ranked) < 2 or total[0] - total[1] >= CLOSE or ranked[0].rival or ranked[1].rival:
        return [*ranked[:1]]
    first, second = (item.quote.chunk.document for item in ranked[:2])
    if first.id != second.id and "product" in (first.kind, second.kind):
        return [*ranked[:1]]
    values = [frozenset(VALUE.findall(item.quote.text)) for item in ranked[:2]]
    return [*ranked[: 1 if values[0] == values[1] != frozenset() else 2]]


def specific(question: str, rarity: Rarity) -> float:
    """How much the question's words narrow it down: the logarithm of the sum of their rarities ("it": hardly any)."""
    return math.log1p(sum(rarity(sorted(set(tokenize(question)))).values()))


def noticed(listed: Shortlist, chosen: int) -> dict[str, float]:
    """Signals of the chosen row's signs, and of both scores: what it got, and how far it is ahead."""
    read = listed.read[np.isfinite(listed.read)]
    score, most = float(listed.scores[chosen]), float(listed.read[chosen])
    signals = dict(zip(Order.names, listed.table[chosen].tolist(), strict=True))
    return signals | {
        "score": score,
        "scorers_lead": lead(listed.scores, score),
        "asked_held": float(any(signals[f"asked_{name}"] for name in ASKS)),
        "unasked_held": sum(signals[f"unasked_{name}"] for name in UNASKED),
        "read": most,
        "read_ahead": lead(read, most),
        "read_share": float(np.exp(most - np.logaddexp.reduce([0.0, *read]))),
    }


def lead(values: npt.NDArray[np.float64], own: float) -> float:
    """How far one of some values is ahead of the best other, below 0 if it is behind; 5 for a single one."""
    if len(values) < 2:
        return 5.0
    second, first = np.sort(values)[-2:].tolist()
    return float(own - (second if own >= first else first))


def check(question: str, chosen: Sequence[Sentence], judge: Judge | None) -> float:
    """The model's probability that sentences, with the headings above them, answer; one half without a model."""
    if judge is None:
        return 0.5
    lines = [f"Sentence ({' > '.join(one.hit.chunk.headings)}): {one.quote.text[:LONGEST]}" for one in chosen]
    asked = "\n".join([f"Question: {question}", *lines])
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


def weighed(question: str, ranked: Sequence[Sentence], total: Sequence[float], quoted: int) -> dict[str, float]:
    """Signals about the field of candidates: how far what is quoted is ahead, and of what."""
    said = [frozenset(VALUE.findall(item.quote.text)) for item in ranked]
    likeness = [max(item.asked.values(), default=0.0) for item in ranked]
    other = [row for row in range(quoted, len(ranked)) if said[row] not in said[:quoted]]  # said twice is no rival
    return {
        "ahead": min(total[0] - total[other[0]], 20.0) if other else 10.0,
        "quoted": float(quoted),
        "agreeing": float(sum(value in said[:quoted] and bool(value) for value in said[quoted:])),
        "close_values": float(len({value for row, value in enumerate(said) if value and total[0] - total[row] < 4})),
        "alike": float(len({said[row] for row, near in enumerate(likeness) if near and max(likeness) - near < ALIKE})),
        "question_words": math.log1p(len(question.split())),
        "product": float(ranked[0].hit.chunk.document.kind == "product"),
        "known": float(bool(ranked[0].asked)),
    }
