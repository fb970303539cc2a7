"""`cosine_search(query, vectors, k)`: the rows that point most nearly the same way."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Floats = npt.NDArray[np.float64]
PAIRS = "Return a list of (row, cosine) pairs: the row's number and its cosine, each row once."
ZERO = "a vector of length zero"


def cosine_search(query: Floats, vectors: Floats, k: int = 5) -> list[tuple[int, float]]:
    """The cosine is the product of two vectors over the product of their lengths; best first."""
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    cosines = np.divide(vectors @ query, lengths, out=np.zeros(len(vectors)), where=lengths > 0)
    best = np.argsort(-cosines)[:k]
    return [(int(row), float(cosines[row])) for row in best]


def inputs(rng: np.random.Generator) -> list[Call]:
    """Vectors of all lengths: near ones that are short, far ones that are long, and some of no length at all."""

    def drawn(n: int, width: int) -> Floats:
        return np.asarray(rng.normal(size=(n, width)) * rng.uniform(0.1, 20, size=(n, 1)))

    some = drawn(12, 4)
    some[[2, 7]] = 0
    opposite = drawn(1, 6)[0]
    return [
        *(Call((drawn(1, width)[0], drawn(n, width))) for n, width in ((20, 3), (40, 8), (9, 2))),
        Call((drawn(1, 8)[0], drawn(30, 8), int(rng.integers(6, 15))), "another k"),
        Call((drawn(1, 8)[0], drawn(30, 8), 1), "k = 1"),
        Call((drawn(1, 5)[0], drawn(4, 5), 10), "fewer vectors than k"),
        Call((drawn(1, 5)[0] / 1000, drawn(9, 5) / 1000), "short vectors"),
        Call((drawn(1, 4)[0], some, 12), ZERO),
        Call((np.zeros(4), drawn(6, 4)), ZERO),
        Call((opposite, np.stack([-opposite, opposite * 3, *drawn(3, 6)])), "one the same way, one the opposite way"),
        Call((drawn(1, 3)[0], np.zeros((0, 3))), "no vectors"),
    ]


def pairs(value: Plain) -> dict[int, float] | None:
    """(row, cosine) pairs as a dict in their order; None if they are anything else or name a row twice."""
    if not isinstance(value, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in value):
        return None
    found = {row: score for row, raw in value if type(row) is int and (score := number(raw)) is not None}
    return found if len(found) == len(value) else None


def count(call: Call, wanted: Plain, found: Plain) -> str | None:
    """k pairs, best first."""
    scores = pairs(found)
    if scores is None:
        return PAIRS
    if len(scores) != len(wanted):
        return "Return k pairs, or as many as there are vectors."
    if any(not 0 <= row < len(call.args[1]) for row in scores):
        return "Rows are counted from 0; you name one that is not there."
    falling = list(scores.values())
    return None if all(a >= b - 1e-9 for a, b in pairwise(falling)) else "The best comes first."


def rows(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The right rows in the right order, whatever stands beside them."""
    scores = pairs(found)
    if scores is None or len(scores) != len(wanted):
        return PAIRS
    query, vectors = call.args[:2]
    right = dict(cosine_search(query, vectors, len(vectors)))
    if call.note == ZERO or all(close(right.get(a, 9), b) for a, (_, b) in zip(scores, wanted, strict=True)):
        return None
    for order, message in (
        (-(vectors @ query), "You rank by the plain product, in which a long vector wins: divide by the lengths."),
        (np.linalg.norm(vectors - query, axis=1), "You rank by distance, which the lengths spoil, not by the angle."),
        (np.array([right[row] for row in range(len(vectors))]), "Your order is turned round: the worst comes first."),
    ):
        if list(scores) == np.argsort(order)[: len(wanted)].tolist():
            return message
    return "These are not the rows with the largest cosines, in their order."


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Whether each row that is named stands beside its cosine."""
    scores = pairs(found)
    if scores is None or len(scores) != len(wanted):
        return PAIRS
    query, vectors = call.args[:2]
    right = dict(cosine_search(query, vectors, len(vectors)))
    if call.note == ZERO or all(close(right.get(row, 9), score) for row, score in scores.items()):
        return None
    if any(abs(score) > 1 + 1e-9 for score in scores.values()):
        return "A cosine lies between -1 and 1: divide by both lengths."
    if all(close(1 - right.get(row, 9), score) for row, score in scores.items()):
        return "You return one minus the cosine, which is a distance."
    return "A row does not stand beside its cosine."


def zero(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Who points nowhere is like nobody: cosine 0."""
    if call.note != ZERO:
        return None
    scores = pairs(found)
    if scores is None:
        return "A vector of length zero has the cosine 0, not an error or NaN."
    right = dict(cosine_search(call.args[0], call.args[1], len(call.args[1])))
    good = len(scores) == len(wanted) and all(close(right.get(row, 9), score) for row, score in scores.items())
    return None if good else "A vector of length zero has the cosine 0 and takes its place among the others."


EXERCISE = Exercise(
    id="lab01.cosine_search",
    title="Cosine search",
    minutes=15,
    difficulty=2,
    reference=cosine_search,
    inputs=inputs,
    checks=(
        Check("k pairs, best first", 1, count),
        Check("the nearest rows", 3, rows),
        Check("their cosines", 3, values),
        Check("vectors of length zero", 1, zero),
    ),
    hints=(
        "`vectors @ query` gives all products at once, `np.linalg.norm(vectors, axis=1)` all lengths.",
        "`np.argsort` sorts upwards; a minus sign turns it round.",
    ),
)
