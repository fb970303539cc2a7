"""`pq_encode(vectors, books)`: for each part of each vector, the number of the piece that is most like it."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab03.vectors import Floats, Whole, code_table, heaps

TABLE = "Return a table of whole numbers: one row for each vector, one column for each part."
TIE, LONG = "two pieces equally near", "pieces of very different lengths"


def pq_encode(vectors: Floats, books: Floats) -> Whole:
    """Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", PAMI 2011, section II."""
    parts = np.split(vectors, len(books), axis=1)
    return np.stack([nearest(part, book) for part, book in zip(parts, books, strict=True)], axis=1)


def nearest(pieces: Floats, book: Floats) -> Whole:
    """The row of the book that is nearest to each piece."""
    return np.asarray(((pieces[:, None] - book) ** 2).sum(axis=2).argmin(axis=1))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Books of several sizes; ties, and pieces that a product would always prefer for their length."""

    def drawn(n: int, parts: int, words: int, width: int) -> tuple[Floats, Floats]:
        return heaps(rng, n, parts * width), np.asarray(rng.normal(size=(parts, words, width)) * 2)

    tied = rng.integers(-3, 4, size=(2, 4, 2)).astype(np.float64)
    tied[:, 3], tied[:, 1] = tied[:, 0], -tied[:, 0] - 1
    long, loud = drawn(20, 2, 5, 3)
    loud[:, int(rng.integers(5))] *= 40
    return [
        Call(drawn(6, 2, 3, 2)),
        Call(drawn(25, 4, 8, 3)),
        Call(drawn(12, 3, 16, 2)),
        Call(drawn(9, 2, 300, 2), "more than 256 pieces"),
        Call(drawn(8, 1, 6, 4), "a single part"),
        Call(drawn(8, 5, 4, 1), "parts of one number"),
        Call(drawn(1, 3, 4, 2), "a single vector"),
        Call((long, loud), LONG),
        Call((-long, loud), LONG),
        Call((np.vstack([tied[:, 0].ravel(), tied[:, 2].ravel(), np.zeros(4)]), tied), TIE),
        Call((np.zeros((3, 4)), np.stack([rng.permutation(np.array([[1.0, 2], [2, 1], [-1, 2]])) for _ in "ab"])), TIE),
    ]


def codes(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The nearest piece of each part."""
    table = code_table(found, wanted.shape)
    if table is None:
        return TABLE
    if call.note in (TIE, LONG) or np.array_equal(table, wanted):
        return None
    vectors, books = call.args
    if np.array_equal(table, pq_encode(vectors, -books)) or table.max() >= books.shape[1]:
        return "A code is the number of a piece in its own part's book, the nearest one, counted from 0."
    strided = vectors.reshape(len(vectors), -1, len(books)).swapaxes(1, 2).reshape(len(vectors), -1)
    if np.array_equal(table, pq_encode(strided, books)):
        return "The parts are neighbours: the first part is the first few numbers of a vector, not every so-manieth."
    if np.array_equal(table, pq_encode(vectors, np.repeat(books[:1], len(books), axis=0))):
        return "Each part has a book of its own; you use the first for all."
    return "Some codes name a piece that is not the nearest to its part of the vector."


def lengths(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Distance, not product."""
    table = code_table(found, wanted.shape)
    if call.note != LONG or (table is not None and np.array_equal(table, wanted)):
        return None
    return "The nearest piece counts, by distance. The largest product would nearly always choose the longest piece."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The first of equals."""
    table = code_table(found, wanted.shape)
    if call.note != TIE or (table is not None and np.array_equal(table, wanted)):
        return None
    return "Of two pieces that are equally near, take the one that comes first in the book."


EXERCISE = Exercise(
    id="lab03.pq_encode",
    title="Product quantisation: the codes",
    minutes=15,
    difficulty=3,
    reference=pq_encode,
    inputs=inputs,
    checks=(
        Check("the nearest piece of each part", 4, codes),
        Check("distance, not product", 1, lengths),
        Check("equal distances", 1, ties),
    ),
    hints=(
        "`np.split(vectors, len(books), axis=1)` cuts all vectors into parts; go through parts and books with `zip`.",
        "Within a part it is the first half of a k-means round: who is nearest?",
    ),
)
