"""`coverage(question, passages, idf)`: a feature for the reranker, the share of the question that a passage covers."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab05.texts import WORDS, different, text
from groundwork.classroom.judges import all_close, close, numbers

ONE_EACH = "Return a list of numbers, one for each passage, in the order of the passages."
UNKNOWN, REPEATED = "a word without an idf", "a word that is asked several times"


def coverage(question: list[str], passages: list[list[str]], idf: dict[str, float]) -> list[float]:
    """The feature of that name in `groundwork.search.rerank`; a word that `idf` does not know is as rare as any."""
    rare = max(idf.values(), default=1.0)
    weights = {word: idf.get(word, rare) for word in question}
    total = sum(weights.values())
    if not weights:
        return [0.0] * len(passages)
    return [sum(weight for word, weight in weights.items() if word in passage) / total for passage in passages]


def inputs(rng: np.random.Generator) -> list[Call]:
    """Questions and passages with random weights, unknown words, repetitions, and nothing at all."""
    idf = {word: round(float(rng.uniform(0.2, 5.0)), 3) for word in WORDS}
    shelf = [text(rng, 2, 12) for _ in range(7)]
    one, two, three, four = different(rng, 4)
    shelf[2] += [one, one]
    shelf[5] += [two, "thermostat"]
    some = {word: weight for word, weight in idf.items() if word not in (three, four)}
    return [
        *(Call((different(rng, size), [text(rng, 2, 15) for _ in range(6)], idf)) for size in (2, 4, 7)),
        Call(([one, two], shelf, idf)),
        Call(([one, two], [[two, three, one, four], *shelf], idf), "a passage with all words of the question"),
        Call(([one, three, two], [[three], [three, one], *shelf], some), UNKNOWN),
        Call(([one, "thermostat"], shelf, idf), UNKNOWN),
        Call(([one, two], shelf, {}), "no word has an idf"),
        Call(([one, one, two], shelf, idf), REPEATED),
        Call(([two, one, two, two], [[one], *shelf], idf), REPEATED),
        Call(([one, two], [[], [one]], idf), "an empty passage"),
        Call(([], shelf, idf), "a question without words"),
        Call(([one], [], idf), "no passages"),
    ]


def bounds(call: Call, wanted: Plain, found: Plain) -> str | None:
    """From 0 for nothing to 1 for all."""
    shares = numbers(found)
    if shares is None or len(shares) != len(wanted):
        return ONE_EACH
    if any(not -1e-9 <= share <= 1 + 1e-9 for share in shares):
        return "A share is between 0 and 1: divide by the weight of the whole question, count each word once."
    whole = [close(right, 1) for right in wanted]
    if any(full != close(share, 1) for full, share in zip(whole, shares, strict=True)):
        return "A passage gets 1 if it has all words of the question, and only then."
    return None


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The shares where every word has a weight and comes once, with the usual suspects named."""
    shares = numbers(found)
    if shares is None or len(shares) != len(wanted):
        return ONE_EACH
    if call.note in (UNKNOWN, REPEATED) or all_close(wanted, shares):
        return None
    if all_close(coverage(call.args[0], call.args[1], {}), shares):
        return "All words weigh the same in your share; each counts with its idf."
    return "The shares differ: idf of the question's words that the passage has, over idf of all its words."


def unknown(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A word without an idf weighs as much as the heaviest."""
    shares = numbers(found)
    if call.note != UNKNOWN or (shares is not None and all_close(wanted, shares)):
        return None
    return "A word without an idf is as rare as a word can be: it weighs as much as the heaviest that has one."


def once(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Repetitions in the question change nothing."""
    shares = numbers(found)
    if call.note != REPEATED or (shares is not None and all_close(wanted, shares)):
        return None
    return "A word that stands in the question several times counts once."


EXERCISE = Exercise(
    id="lab05.coverage",
    title="A feature for the reranker: coverage",
    minutes=15,
    difficulty=2,
    reference=coverage,
    inputs=inputs,
    checks=(
        Check("0 for nothing, 1 for all", 1, bounds),
        Check("the weighted share", 3, values),
        Check("words without an idf", 1, unknown),
        Check("repeated words", 1, once),
    ),
    hints=(
        "A dict from each word of the question to its weight makes the rest short, and takes repetitions away.",
        "`idf.get(word, heaviest)`, and `max(…, default=1.0)` for an idf that holds nothing.",
    ),
)
