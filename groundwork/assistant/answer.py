"""Hits -> a draft: the sentence that fits the question best, word for word, and the chat model's word on it.

Small models copy badly and guess well, so the model never writes the answer. It judges: does this sentence state it?
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from groundwork.assistant.reply import Draft, Quote
from groundwork.search.chunks import sentences
from groundwork.search.index import Encoder, Hit
from groundwork.search.keyword import tokenize
from groundwork.search.rerank import asks_amount, has_amount

CHUNKS = 6  # chunks whose sentences are candidates
SHARED, NEAR_TOP, AMOUNT = 0.2, 0.05, 0.15  # weights beside the cosine
JUDGE = (
    "You check the work of a support desk. You get a customer's question and one sentence from the company's "
    "documents. Say yes if the sentence states what the customer wants to know. Say no if it is about something else "
    "or leaves the question open."
)


class Judge(Protocol):
    """What answering needs of a chat model."""

    def choice_probabilities(self, messages: list[dict[str, str]], choices: list[str]) -> dict[str, float]:
        """How likely the model is to say each of the choices."""
        ...


def candidates(hits: Sequence[Hit]) -> list[Quote]:
    """Every sentence of the best current chunks, once; what is not in force for the asker is never a candidate.

    Questions are left out: a help article that asks itself what the customer asks fits best of all and says nothing.
    """
    seen: set[tuple[str, int]] = set()
    quotes = []
    for hit in [hit for hit in hits if hit.current][:CHUNKS]:
        for span in sentences(hit.chunk.document.text, hit.chunk.start, hit.chunk.end):
            quote = Quote(hit.chunk, span.start, span.end, 0.0)
            if (hit.chunk.document.id, span.start) not in seen and not quote.text.endswith("?"):
                seen.add((hit.chunk.document.id, span.start))
                quotes.append(quote)
    return quotes


def best_sentences(question: str, hits: Sequence[Hit], encoder: Encoder, count: int) -> list[Quote]:
    """Rank sentences by meaning, with a little for shared words, for an amount where one is asked, and for the chunk.

    The weights were chosen on dev questions: the best sentence was right for 79 % of them, by cosine alone for 70 %.
    """
    quotes = candidates(hits)
    if not quotes:
        return []
    titled = [f"{' > '.join(quote.chunk.headings)}: {quote.text}" for quote in quotes]
    vectors = encoder.encode([question, *(quote.text for quote in quotes), *titled])
    cosines = vectors[1:] @ vectors[0]
    asked, places = set(tokenize(question)), {hit.chunk.id: place for place, hit in enumerate(hits, start=1)}
    wants_amount = asks_amount(question)
    scores = np.maximum(cosines[: len(quotes)], cosines[len(quotes) :]).astype(np.float64)
    for row, quote in enumerate(quotes):
        shared = len(asked & set(tokenize(quote.text))) / max(len(asked), 1)
        scores[row] += SHARED * shared + NEAR_TOP / places[quote.chunk.id]
        scores[row] += AMOUNT * (wants_amount and has_amount(quote.text))
    best = np.argsort(-scores, kind="stable")[:count]
    return [Quote(quotes[i].chunk, quotes[i].start, quotes[i].end, float(scores[i])) for i in best]


def draft(question: str, hits: Sequence[Hit], encoder: Encoder, judge: Judge) -> Draft:
    """The best sentence as the answer, with the model's probability that it states what was asked."""
    quotes = best_sentences(question, hits, encoder, 1)
    if not quotes:
        return Draft("", (), 0.0)
    best = quotes[0]
    source = f"Sentence ({' > '.join(best.chunk.headings)}): {best.text}"
    asked = f"Question: {question}\n\n{source}\n\nDoes the sentence state the answer?"
    messages = [{"role": "system", "content": JUDGE}, {"role": "user", "content": asked}]
    return Draft(best.text, (best,), judge.choice_probabilities(messages, ["yes", "no"])["yes"])
