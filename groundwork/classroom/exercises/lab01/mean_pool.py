"""`mean_pool(pieces, mask)`: from a vector for each word piece to one for the text."""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import CLOSE, array

Floats = npt.NDArray[np.float64]
SHAPE = "Return an array with one row for each text, as wide as a piece's vector."
WHOLE, PADDED, EMPTY = "no padding", "texts of different lengths", "a text of padding alone"


def mean_pool(pieces: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    """Reimers and Gurevych, "Sentence-BERT", EMNLP 2019: the mean of the pieces that are no padding."""
    kept = mask[:, :, None]
    return np.asarray((pieces * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Batches of texts, padded at the end or, as some models do, at the front."""

    def batch(lengths: list[int], width: int, note: str, front: bool = False) -> Call:
        longest = max(lengths)
        mask = np.array([[int(place < length) for place in range(longest)] for length in lengths])
        pieces = rng.normal(rng.uniform(-2, 2), 3, size=(len(lengths), longest, width))
        return Call((pieces, mask[:, ::-1].copy() if front else mask), note)

    def some(n: int) -> list[int]:
        return [int(length) for length in rng.integers(2, 9, n)]

    return [
        batch([6, 6, 6], 4, WHOLE),
        batch([1], 5, WHOLE),
        batch([4], 3, WHOLE),
        batch([7, 3, 5, 2], 4, PADDED),
        batch([*some(6), 9, 1], 6, PADDED),
        batch([*some(3), 10], 2, PADDED),
        batch([3, 8, 1], 4, PADDED, front=True),
        batch([5, 0, 3], 4, EMPTY),
        batch([0, 2], 3, EMPTY),
    ]


def means(call: Call, wanted: Plain, found: Plain, note: str) -> str | None:
    """The means of calls of one kind, with the usual suspects named."""
    table = array(found, wanted.shape)
    if table is None:
        return SHAPE if call.note != EMPTY else "A text of padding alone gets zeros, not an error or NaN."
    if call.note != note or np.allclose(table, wanted, atol=CLOSE):
        return None
    pieces, mask = call.args
    kept = pieces * mask[:, :, None]
    lengths = np.linalg.norm(wanted, axis=1, keepdims=True)
    for other, message in (
        (pieces.mean(axis=1), "You average over the padding too: its vectors are not part of the text."),
        (kept.mean(axis=1), "The padding is zero in your sum but counts in the number that you divide by."),
        (kept.sum(axis=1), "That is the sum; divide by the number of pieces of each text."),
        (pieces[:, 0], "That is the first piece's vector; take the mean of all pieces."),
        (wanted / np.where(lengths == 0, 1, lengths), "Return the mean as it is, not scaled to length 1."),
    ):
        if np.allclose(table, other, atol=CLOSE):
            return message
    return "These are not the means of the pieces whose mask is 1, text by text."


def whole(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Texts of equal length."""
    return means(call, wanted, found, WHOLE)


def padded(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Texts of different lengths."""
    return means(call, wanted, found, PADDED)


def empty(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A text without pieces among others."""
    return means(call, wanted, found, EMPTY)


EXERCISE = Exercise(
    id="lab01.mean_pool",
    title="Mean pooling",
    minutes=15,
    difficulty=2,
    reference=mean_pool,
    inputs=inputs,
    checks=(
        Check("texts of equal length", 2, whole),
        Check("texts of different lengths", 3, padded),
        Check("a text of padding alone", 1, empty),
    ),
    hints=(
        "`mask[:, :, None]` has the shape (texts, pieces, 1) and multiplies every number of a piece's vector.",
        "Divide by the number of real pieces, text by text, and by 1 where there are none.",
    ),
)
