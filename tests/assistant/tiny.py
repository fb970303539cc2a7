"""The assistant over the tiny company of tests/conftest.py, with hand-made weights: nothing here was fitted."""

import datetime
from collections.abc import Sequence
from functools import partial

import numpy as np

from groundwork.assistant.answer import draft
from groundwork.assistant.budget import Budget, Limits, Metered
from groundwork.assistant.core import Assistant, Parts, Tickets
from groundwork.assistant.parts import Ambiguity, Certainty, decide, retrieved, screened, verify
from groundwork.assistant.reply import Asker
from groundwork.assistant.sentences import Order
from groundwork.assistant.tracing import Tracer
from groundwork.models.cross_encoder import Passage
from groundwork.search.index import Index
from groundwork.search.keyword import tokenize
from groundwork.search.linear import Linear
from tests.conftest import WordEncoder

DAY = datetime.date(2026, 9, 15)
ASKER = Asker(region="us", date=DAY)
TENTS = "Tents may be returned within how many days of delivery?"


class FixedJudge:
    """A chat model that always says yes with the same probability and likes all sentences alike, or breaks."""

    def __init__(self, yes: float = 0.9, error: Exception | None = None) -> None:
        self.yes, self.error, self.prompts = yes, error, list[str]()

    def choice_probabilities(self, messages: list[dict[str, str]], choices: Sequence[str]) -> dict[str, float]:
        """`yes` for all choices but the last, which says no, or none of them."""
        self.prompts.append("\n".join(message["content"] for message in messages))
        if self.error:
            raise self.error
        return {choice: self.yes / (len(choices) - 1) for choice in choices[:-1]} | {choices[-1]: 1 - self.yes}


class WordReader:
    """A cross-encoder that counts the words that a question and a passage share."""

    def scores(self, question: str, passages: Sequence[Passage]) -> np.ndarray:
        """Log-odds: one for each shared word, less two."""
        asked = set(tokenize(question))
        return np.array([float(len(asked & set(tokenize(passage.text)))) - 2.0 for passage in passages])


def weighing(model: type[Linear], offset: float = 0.0, **weights: float) -> Linear:
    """A linear model with these weights, and none for its other features."""
    given = np.array([weights.get(name, 0.0) for name in model.names])
    return model(given, np.zeros(len(given)), np.ones(len(given)), offset)


def parts_of(index: Index, judge: object, unclear: float = -5.0) -> Parts:
    """The default parts: words in common order the sentences, the judge's yes is the probability, the bar is 0.5.

    `unclear` is the log-odds of every question's having several answers.
    """
    order = weighing(Order, shared=4.0, cosine=1.0)
    certainty, ambiguity = weighing(Certainty, yes=1.0), weighing(Ambiguity, unclear)
    return Parts(
        screen=partial(screened, topic=None),
        retrieve=partial(retrieved, index),
        answer=partial(
            draft, encoder=WordEncoder(), reader=WordReader(), judge=judge, order=order, rarity=index.rarity
        ),
        verify=partial(verify, certainty=certainty, ambiguity=ambiguity, clarify_at=0.5, answer_at=0.5),
        decide=partial(decide, answer_at=0.5),
    )


def assistant_of(
    index: Index,
    judge: object | None = None,
    tickets: Tickets | None = None,
    tracer: Tracer | None = None,
    budget: Budget | None = None,
    unclear: float = -5.0,
) -> Assistant:
    """The assistant over an index, its judge under a budget."""
    limits = Limits(budget or Budget(seconds=60))
    parts = parts_of(index, Metered(judge or FixedJudge(), limits), unclear)
    return Assistant(parts, public(index), tickets, tracer, limits)


def public(index: Index) -> dict[str, object]:
    """The documents that everybody may read, by id."""
    return {document.id: document for document in index.corpus.documents if document.audience == "public"}
