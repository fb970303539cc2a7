"""`tfidf(documents, vocabulary)`: each document as a vector of weighted counts."""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import CLOSE, array

Floats = npt.NDArray[np.float64]
WORDS = (
    "tent stove boot return refund label parcel region express fee voucher member repair zip pole warranty down wool "
    "lamp charge invoice gift card stairs slot oak table mattress kettle rope helmet jacket".split()
)
SHAPE = "Return an array with a row for each document and a column for each word of the vocabulary."


def tfidf(documents: list[list[str]], vocabulary: list[str]) -> Floats:
    """Spärck Jones 1972 and Salton 1983, smoothed as scikit-learn does: idf = ln((1 + N) / (1 + n)) + 1."""
    counts = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    idf = np.log((1 + len(documents)) / (1 + (counts > 0).sum(axis=0))) + 1
    return unit(counts * idf)


def unit(rows: Floats) -> Floats:
    """Rows of length 1; those of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Shelves of short texts: common words and rare ones, unknown ones, repeated ones, none at all."""
    chances = 1 / np.arange(2, len(WORDS) + 2)

    def text(low: int, high: int) -> list[str]:
        return [str(word) for word in rng.choice(WORDS, rng.integers(low, high), p=chances / chances.sum())]

    def shelf(size: int) -> list[list[str]]:
        return [text(3, 14) for _ in range(size)]

    words = [str(word) for word in rng.permutation(WORDS)]
    one, two, three = words[:3]
    everywhere = [[one, two], [one, one, three], [one]]
    return [
        *(Call((shelf(size), words)) for size in (4, 8, 12)),
        Call((shelf(6), words[:9]), "words that are not in the vocabulary"),
        Call(([*shelf(4), [], ["thermostat"]], words), "a document without a known word"),
        Call((everywhere, [one, two, three]), "a word that is in every document"),
        Call(([[one] * 5 + [two], [one, two], [two] * 2], [two, one]), "words that come again"),
        Call(([[one, two, two]], [one, two, three]), "a single document"),
        Call((shelf(5), [*words, "thermostat"]), "a word that no document has"),
    ]


def entries(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Above zero where the document has the word, zero elsewhere."""
    table = array(found, wanted.shape)
    if table is None:
        return SHAPE
    if ((table > 0) == (wanted > 0)).all():
        return None
    return (
        "A weight is above 0 where the document has the word, and 0 elsewhere; columns are in the vocabulary's order."
    )


def lengths(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Rows of length 1."""
    table = array(found, wanted.shape)
    if table is None:
        return SHAPE
    right = np.linalg.norm(wanted, axis=1).round()
    if np.allclose(np.linalg.norm(table, axis=1), right, atol=CLOSE):
        return None
    if np.allclose(table.sum(axis=1), right, atol=CLOSE):
        return "Your rows add up to 1; their length, the root of the sum of squares, should be 1."
    return "Each row has the length 1; one without any known word stays zero."


def weights(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The direction of each row, whatever its length."""
    table = array(found, wanted.shape)
    if table is None:
        return SHAPE
    direction = unit(table)
    if np.allclose(direction, wanted, atol=CLOSE):
        return None
    documents, vocabulary = call.args
    counts = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    n, n_with = len(documents), (counts > 0).sum(axis=0)
    for weight, message in (
        (np.ones(len(vocabulary)), "All words weigh the same: a rare word should count more."),
        (np.log((1 + n) / (1 + n_with)), "The + 1 behind the logarithm is missing."),
        (np.log(n / np.maximum(n_with, 1)) + 1, "Smooth the idf: add 1 to both counts inside the logarithm."),
        (np.log10((1 + n) / (1 + n_with)) + 1, "Take the natural logarithm."),
        (np.log((1 + n) / (1 + counts.sum(axis=0))) + 1, "n counts documents that have the word, not occurrences."),
    ):
        if np.allclose(direction, unit(counts * weight), atol=CLOSE):
            return message
    smooth = np.log((1 + n) / (1 + n_with)) + 1
    if np.allclose(direction, unit((counts > 0) * smooth), atol=CLOSE):
        return "A word that comes twice in a document counts twice."
    return "The weights differ: count times idf, for each document and each word."


EXERCISE = Exercise(
    id="lab01.tfidf",
    title="TF-IDF",
    minutes=15,
    difficulty=3,
    reference=tfidf,
    inputs=inputs,
    checks=(
        Check("a row for each document, a column for each word", 1, entries),
        Check("count times idf", 4, weights),
        Check("rows of length 1", 2, lengths),
    ),
    hints=(
        "Begin with the table of counts (documents, words). How many documents have a word is a sum over its column.",
        "Divide each row by its length; where that is 0, by 1.",
    ),
)
