"""`bm25(query, documents, k1, b)`: the score of each document."""

import math

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab05.texts import different, text
from groundwork.classroom.judges import all_close, close, common_factor, misordered, numbers

ONE_EACH = "Return a list of numbers, one for each document, in the order of the documents."


def bm25(query: list[str], documents: list[list[str]], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Robertson and others, "Okapi at TREC-3", 1994, in Lucene's form (Kamphuis and others, ECIR 2020)."""
    lengths = [len(document) for document in documents]
    average = sum(lengths) / max(len(lengths), 1)
    scores = [0.0] * len(documents)
    for word in dict.fromkeys(query):
        counts = [document.count(word) for document in documents]
        n = sum(count > 0 for count in counts)
        idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        for row, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            if count > 0:
                scores[row] += idf * count / (count + k1 * (1 - b + b * length / average))
    return scores


def inputs(rng: np.random.Generator) -> list[Call]:
    """Shelves of short texts, the empty and the odd ones among them."""
    shelf = [text(rng, 3, 12) for _ in range(6)]
    one, two = different(rng, 2)
    shelf[1] += [one]
    shelf[4] += [one, one, two]
    k1, b = float(rng.uniform(0.5, 2.5)), float(rng.uniform(0.1, 0.9))
    plain = [Call((text(rng, 2, 5), [text(rng, 2, 14) for _ in range(size)])) for size in (4, 7, 12)]
    return [
        *plain,
        Call(([one, two], shelf)),
        Call(([one, two], shelf, k1, b), "another k1 and b"),
        Call(([one, two], shelf, 1.2, 0.0), "b = 0, so that the length does not count"),
        Call(([one, two, one, one], shelf), "a word that is asked several times"),
        Call(([one, "thermostat"], shelf), "a word that is in no document"),
        Call(([one, two], [*shelf, [], [one]]), "a document without words"),
        Call(([one, two], [[one, *document] for document in shelf]), "a word that is in every document"),
        Call((["thermostat"], shelf), "no document has a word of the question"),
        Call(([], shelf), "a question without words"),
        Call(([one], [[one, two, two]]), "a single document"),
        Call(([one], []), "no documents"),
        Call(([one], [[], []]), "documents without any words"),
    ]


def matches(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A score above zero for whoever shares a word with the question, and only for them."""
    scores = numbers(found)
    if scores is None or len(scores) != len(wanted):
        return ONE_EACH
    if any(score <= 0 < right for score, right in zip(scores, wanted, strict=True)):
        return "A document that shares a word with the question gets more than 0, however common the word is."
    if any(score != 0 == right for score, right in zip(scores, wanted, strict=True)):
        return "A document that shares no word with the question gets exactly 0."
    return None


def order(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The same order as the reference's."""
    scores = numbers(found)
    if scores is None or len(scores) != len(wanted):
        return ONE_EACH
    if not misordered(wanted, scores):
        return None
    if not misordered([-score for score in wanted], scores):
        return "Your best document is the one that should come last: is a sign turned round?"
    return "Your scores put the documents in another order than BM25 does."


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The scores themselves, with the usual suspects named."""
    scores = numbers(found)
    if scores is None or len(scores) != len(wanted):
        return ONE_EACH
    if all_close(wanted, scores):
        return None
    query, documents, k1, b = (*call.args, 1.2, 0.75)[:4] if len(call.args) < 4 else call.args
    factor = common_factor(wanted, scores)
    if factor and close(factor, k1 + 1):
        return "All scores are too large by the factor k1 + 1, which this form of BM25 leaves out."
    if factor and (close(factor, 1 / math.log(2)) or close(factor, 1 / math.log(10))):
        return "All scores are off by one factor: take the natural logarithm."
    if b and all_close(bm25(query, documents, k1, 0.0), scores):
        return "The length of a document plays no part in your scores."
    if len(call.args) == 4 and all_close(bm25(query, documents), scores):
        return "Your function does not use the k1 and b that it is given."
    if len(set(query)) < len(query) and all_close(repeating(query, documents, k1, b), scores):
        return "A word that stands in the question several times counts once."
    return "The scores differ from BM25's. Work one document out on paper, word by word: n, idf, count, length, K."


def repeating(query: list[str], documents: list[list[str]], k1: float, b: float) -> list[float]:
    """What comes out if every repetition in the question counts."""
    return [sum(scores) for scores in zip(*(bm25([word], documents, k1, b) for word in query), strict=True)]


EXERCISE = Exercise(
    id="lab05.bm25",
    title="BM25",
    minutes=20,
    difficulty=3,
    reference=bm25,
    inputs=inputs,
    checks=(
        Check("a score for those that share a word, zero for the others", 2, matches),
        Check("the order of the documents", 3, order),
        Check("the scores themselves", 5, values),
    ),
    hints=(
        "Go word by word: in how many documents is it (n), what is it worth (idf), how often is it in each (f)?",
        "K grows with the document's length over the average length; a count f earns the share f / (f + K) of the idf.",
    ),
)
