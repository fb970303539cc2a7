"""`pq_scores(query, codes, books)`: a score for every code, without spelling any of them out."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab03.vectors import Floats, Whole
from groundwork.classroom.judges import all_close, misordered, numbers

ONE_EACH = "Return one number for each row of codes."
SMALL, SHAPED = "codes in one byte each", "an odd shape"


def pq_scores(query: Floats, codes: Whole, books: Floats) -> Floats:
    """Asymmetric scores (Jégou, Douze and Schmid, PAMI 2011, section III) with products in place of distances."""
    parts = np.split(query, len(books))
    table = [book @ part for book, part in zip(books, parts, strict=True)]
    return np.asarray(sum(scores[codes[:, number]] for number, scores in enumerate(table)))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Books and codes of several sizes, some of the codes in single bytes, as they would be stored."""

    def drawn(n: int, parts: int, words: int, width: int, kind: type = np.int64) -> tuple[Floats, Whole, Floats]:
        codes: Whole = rng.integers(words, size=(n, parts)).astype(kind)
        codes[:1] = words - 1
        return rng.normal(size=parts * width) * 2, codes, np.asarray(rng.normal(size=(parts, words, width)))

    query, codes, books = drawn(10, 3, 4, 2)
    return [
        Call(drawn(5, 2, 3, 2)),
        Call(drawn(30, 4, 8, 3)),
        Call(drawn(12, 8, 16, 2)),
        Call((query * 10, codes, books), "a long query"),
        Call((query, codes[::-1].copy(), books)),
        Call(drawn(20, 4, 256, 2, np.uint8), SMALL),
        Call(drawn(50, 16, 200, 1, np.uint8), SMALL),
        Call(drawn(9, 1, 6, 4), SHAPED),
        Call(drawn(1, 3, 4, 2), SHAPED),
        Call(drawn(7, 6, 2, 1), SHAPED),
    ]


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The scores, with the usual suspects named."""
    scores = numbers(found)
    if scores is None or len(scores) != len(wanted):
        return ONE_EACH
    if call.note in (SMALL, SHAPED) or all_close(wanted, scores):
        return None
    query, codes, books = call.args
    parts = query.reshape(len(books), -1)
    own = [((book - part) ** 2).sum(axis=1) for book, part in zip(books, parts, strict=True)]
    away = np.sum([distance[codes[:, number]] for number, distance in enumerate(own)], axis=0)
    if any(all_close(each.tolist(), scores) for each in (away, -away, np.sqrt(away))):
        return "Those are distances; the score is the product with the query, added up over the parts."
    rounded = np.concatenate([book[distance.argmin()] for book, distance in zip(books, own, strict=True)])
    if all_close(pq_scores(rounded, codes, books).tolist(), scores):
        return "You encode the query as well. That loses twice: keep it as it is, only the vectors are codes."
    if all_close([score / len(books) for score in wanted], scores):
        return "Add the parts up; you average them."
    return "The scores differ: spell one code out by hand, piece after piece, and multiply it with the query."


def order(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The order that the scores put the codes in."""
    scores = numbers(found)
    if scores is None or len(scores) != len(wanted):
        return ONE_EACH
    if call.note in (SMALL, SHAPED) or not misordered(wanted, scores):
        return None
    return "Your scores put the vectors in another order than the spelled-out ones do."


def shapes(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Bytes, single parts, single vectors."""
    scores = numbers(found)
    if call.note not in (SMALL, SHAPED) or (scores is not None and all_close(wanted, scores)):
        return None
    if call.note == SMALL:
        return "The scores are wrong where a code is a single byte: past 255 it starts again at 0."
    return "The scores are wrong for a single part, a single vector, or parts of one number."


EXERCISE = Exercise(
    id="lab03.pq_scores",
    title="Product quantisation: the scores",
    minutes=15,
    difficulty=3,
    reference=pq_scores,
    inputs=inputs,
    checks=(
        Check("the order of the vectors", 2, order),
        Check("the scores themselves", 3, values),
        Check("bytes and odd shapes", 1, shapes),
    ),
    hints=(
        "For each part, `book @ part` is a table: the product of the query's part with every piece.",
        "`table[codes[:, number]]` looks a whole column of codes up at once.",
    ),
)
