"""`probe(scores)`: does a similarity notice the one word that turns a sentence round?"""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Floats = npt.NDArray[np.float64]
ONE_NUMBER = "Return one number between 0 and 1, the share of pairs."
TIES = "equal scores"


def probe(scores: Floats) -> float:
    """Contrast pairs, as in Gardner and others, "Evaluating models' local decision boundaries", EMNLP 2020."""
    first = scores[:, 0, 0] > scores[:, 0, 1]
    second = scores[:, 1, 1] > scores[:, 1, 0]
    return float((first & second).mean()) if len(scores) > 0 else 0.0


def inputs(rng: np.random.Generator) -> list[Call]:
    """Scores of pairs: random ones, of a search that ignores the point, of one that scores everything alike."""

    def cosines(n: int) -> Floats:
        return np.asarray(rng.uniform(0.2, 0.9, size=(n, 2, 2)).round(3))

    blind = cosines(9)
    blind[:, 1] = blind[:, 0] + 0.05  # the same passage is preferred both times
    good = cosines(10)
    good[:, [0, 1], [0, 1]] += 1
    good[: int(rng.integers(1, 5)), 1] -= [0, 2]
    level = np.repeat(cosines(7)[:, :, :1], 2, axis=2)
    level[:3] = good[-3:]
    half = good.copy()
    half[4:, 0, 1] = half[4:, 0, 0]
    other = good.copy()
    other[6:, 1, 0] = other[6:, 1, 1]
    asker = np.stack([good[:, 0, 0], good[:, 0, 0] - 0.1, good[:, 0, 0] + 0.1, good[:, 0, 0] + 0.2], axis=1)
    return [
        *(Call((cosines(n),)) for n in (8, 15, 40)),
        Call((good,), "a good search"),
        Call((blind,), "a search that ignores the point"),
        Call((asker.reshape(-1, 2, 2),), "questions with different levels of scores"),
        Call((-cosines(12),), "negative scores"),
        Call((level,), TIES),
        Call((half,), TIES),
        Call((other,), TIES),
        Call((good[-1:],), "a single pair"),
        Call((np.zeros((0, 2, 2)),), "no pairs"),
    ]


def share(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The share, with the usual suspects named."""
    value = number(found)
    if value is None:
        return ONE_NUMBER
    if call.note == TIES or close(value, wanted):
        return None
    scores = call.args[0]
    own, other = scores[:, [0, 1], [0, 1]], scores[:, [0, 1], [1, 0]]
    if close(value, wanted * len(scores)):
        return "That is the number of pairs; return their share."
    if close(value, wanted * 100):
        return "That is a percentage; return a share between 0 and 1."
    if len(scores) and close(value, (own > other).mean()):
        return "You count questions. A search that ignores the point gets half of them: count pairs, both or nothing."
    if len(scores) and close(value, (own > other).any(axis=1).mean()):
        return "A pair counts only if both of its questions find their passage."
    if len(scores) and close(value, (own > other[:, ::-1]).all(axis=1).mean()):
        return "Compare the two passages for one question (a row), not the two questions for one passage (a column)."
    return "The share differs. In a pair, row 0 should prefer column 0, and row 1 column 1."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A tie is no find."""
    value = number(found)
    if call.note != TIES or (value is not None and close(value, wanted)):
        return None
    return "A tie is not a find: a search that scores both passages alike has not decided."


EXERCISE = Exercise(
    id="lab01.probe",
    title="A probe for negation",
    minutes=10,
    difficulty=2,
    reference=probe,
    inputs=inputs,
    checks=(
        Check("the share of pairs", 4, share),
        Check("equal scores", 1, ties),
    ),
    hints=(
        "`scores[:, 0, 0] > scores[:, 0, 1]` says for every pair whether its first question finds its passage.",
        "Both have to hold: `&`. The mean of truth values is a share.",
    ),
)
