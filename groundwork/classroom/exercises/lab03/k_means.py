"""`k_means(vectors, centres, rounds)`: where the centres end up."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab03.vectors import Floats, heaps
from groundwork.classroom.judges import array

SHAPE = "Return an array with one row for each centre, as many numbers in it as a vector has."
ONE, TIE, EMPTY, WHOLE = "a single round", "equal distances", "a centre that nobody is near", "whole numbers"


def k_means(vectors: Floats, centres: Floats, rounds: int = 10) -> Floats:
    """Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 1982."""
    found = centres.astype(np.float64)
    for _ in range(rounds):
        nearest = ((vectors[:, None] - found) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(found)):
            if (nearest == number).any():
                found[number] = vectors[nearest == number].mean(axis=0)
    return found


def inputs(rng: np.random.Generator) -> list[Call]:
    """Heaps from different starts; ties, empty cells and whole numbers, where a mistake in the type shows."""

    def drawn(n: int, d: int, k: int) -> tuple[Floats, Floats]:
        vectors = heaps(rng, n, d)
        return vectors, vectors[rng.choice(n, k, replace=False)].copy()

    spread = np.asarray(rng.uniform(size=(400, 2)))
    side = rng.integers(2, 9)
    line = np.array([[-side, 0.0], [0.0, 0.0], [side, 0.0], [side, 1.0]])
    square = rng.integers(-3, 4, size=(9, 2)).astype(np.float64)
    few, far = drawn(30, 3, 3)
    far[1] = 1000 + side
    same, twice = drawn(20, 2, 4)
    twice[2] = twice[0]
    whole = rng.integers(-20, 20, size=(25, 3))
    return [
        *(Call((*drawn(n, d, k), 1), ONE) for n, d, k in ((12, 2, 2), (40, 3, 4), (60, 5, 6))),
        *(Call((*drawn(n, d, k), rounds)) for n, d, k, rounds in ((40, 3, 4, 2), (60, 2, 7, 3), (50, 4, 5, 8))),
        Call((spread, spread[:12].copy()), "ten rounds, since none are given"),
        Call((whole, whole[:4].copy(), 3), WHOLE),
        Call((whole[:9], whole[5:9].copy(), 1), WHOLE),
        Call((line, np.array([[side, 0.0], [-side, 0.0]]), 1), TIE),
        Call((np.vstack([square, [[0, 0]]]), np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]]), 1), TIE),
        Call((few, far, 4), EMPTY),
        Call((same, twice, 2), EMPTY),
        Call((few, few[:1].copy(), 2), "a single centre"),
        Call((few, far, 0), "no rounds"),
    ]


def one_round(call: Call, wanted: Plain, found: Plain) -> str | None:
    """One round: give each vector to its centre, move each centre."""
    centres = array(found, wanted.shape)
    if centres is None:
        return SHAPE
    if call.note != ONE or np.allclose(centres, wanted):
        return None
    vectors, start, _ = call.args
    if np.allclose(centres, start):
        return "After a round your centres still stand where they began."
    nearest = ((vectors[:, None] - start) ** 2).sum(axis=2).argmin(axis=1)
    if np.allclose(centres, [np.median(vectors[nearest == number], axis=0) for number in range(len(start))]):
        return "Those are medians; a centre moves to the mean of its vectors."
    if np.allclose(centres, k_means(vectors, start, 2)) or np.allclose(centres, k_means(vectors, start, 10)):
        return "Your function makes more rounds than it was asked for."
    by_product = (vectors @ start.T).argmax(axis=1)
    members = [vectors[by_product == number] for number in range(len(start))]
    if np.allclose(centres, [m.mean(axis=0) if len(m) else c for m, c in zip(members, start, strict=True)]):
        return "You give a vector to the centre with the largest product; here the smallest distance counts."
    return "After one round a centre is the mean of the vectors that were nearest to it when the round began."


def rounds(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Several rounds."""
    centres = array(found, wanted.shape)
    if centres is None:
        return SHAPE
    if call.note in (ONE, TIE, EMPTY, WHOLE) or np.allclose(centres, wanted):
        return None
    if np.allclose(centres, k_means(call.args[0], call.args[1], 1)):
        return "Your centres move once; repeat the round as often as you are asked to."
    return "A single round may be right; after several your centres stand elsewhere."


def edges(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Ties, empty cells, whole numbers."""
    centres = array(found, wanted.shape)
    if call.note not in (TIE, EMPTY, WHOLE) or (centres is not None and np.allclose(centres, wanted)):
        return None
    if call.note == TIE:
        return "A vector as near to two centres belongs to the one that comes first."
    if call.note == EMPTY:
        return "A centre to which nobody is nearest stays where it is; return numbers, and one row for every centre."
    return "Vectors may come as whole numbers; the mean of some is none."


EXERCISE = Exercise(
    id="lab03.k_means",
    title="k-means",
    minutes=20,
    difficulty=3,
    reference=k_means,
    inputs=inputs,
    checks=(
        Check("one round", 4, one_round),
        Check("several rounds", 2, rounds),
        Check("equal distances, empty cells, whole numbers", 2, edges),
    ),
    hints=(
        "`((vectors[:, None] - centres) ** 2).sum(axis=2)` holds the squared distance of every vector to every centre.",
        "First all vectors choose, then all centres move: `vectors[nearest == number].mean(axis=0)`.",
    ),
)
