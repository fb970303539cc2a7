"""`one_standard_error(strengths, scores)`: the most regularised model that is as good as the best."""

import math

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Floats = npt.NDArray[np.float64]
ONE = "Return one of the strengths."
SINGLE, SAME = "one fold only", "the best strength scores the same in all folds"


def one_standard_error(strengths: list[float], scores: Floats) -> float:
    """Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984, section 3.4.3."""
    means = scores.mean(axis=1)
    best = int(means.argmax())
    allowed = standard_error(scores[best])
    good = [strength for strength, mean in zip(strengths, means, strict=True) if mean >= means[best] - allowed]
    return min(good)


def standard_error(values: Floats) -> float:
    """Of the mean: the sample's standard deviation over the root of its size; a single value tells nothing."""
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def inputs(rng: np.random.Generator) -> list[Call]:
    """Tables in which every strength is a known number of standard errors below the best, in any order."""

    def table(gaps: list[float], folds: int, note: str = "", even: bool = False) -> Call:
        best = rng.uniform(0.7, 0.8) + rng.normal(0, 0.02, folds) * (not even)
        error = best.std(ddof=1) / math.sqrt(folds) if folds > 1 and not even else 0.01
        rows = []
        for gap in gaps:
            noise = rng.normal(0, rng.choice([0.005, 0.06]), folds)
            rows.append(best if gap == 0 else best.mean() - gap * error + noise - noise.mean())
        strengths = np.cumprod(rng.uniform(2, 9, len(gaps))) * 1e-4
        order = rng.permutation(len(gaps)) if note == "strengths in no order" else np.arange(len(gaps))
        return Call(([float(f"{strengths[place]:.3g}") for place in order], np.array(rows)[order]), note)

    def near(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    rise = [9, near(3, 5), near(1.6, 1.8), near(0.6, 0.8), near(0.1, 0.5), 0, near(0.5, 2), 4]
    return [
        table(rise, 5),
        table([near(5, 6), near(1.15, 1.3), near(0.93, 0.97), near(0.3, 0.6), 0, near(0.1, 0.5)], 5),
        table([near(4, 6), near(1.03, 1.07), near(0.5, 0.8), 0, 3], 10),
        table([near(4, 6), near(1.3, 1.9), near(1.2, 1.9), 0, near(0.2, 0.8), near(0.2, 0.8)], 6),
        table(rise, 5, "strengths in no order"),
        table([near(3, 5), near(0.4, 0.8), near(0.2, 0.4), 0, 2, 6], 6, "strengths in no order"),
        table([7, near(0.4, 0.8), near(1.5, 3), near(0.2, 0.4), 0, 3], 6, "the curve dips"),
        table([near(0.2, 0.8), near(0.1, 0.9), near(1.2, 2), 0, 5], 5, "as many strengths as folds"),
        table([0, 1, 4, 9], 5, "the strongest regularisation is the best"),
        table([6, near(2, 4), near(1.2, 1.8), 0], 8, "nothing else comes near"),
        table([near(4, 6), near(0.3, 0.6), 0, 3], 2, "two folds only"),
        table([3, 1, 0, 2], 1, SINGLE),
        table([4, 0, 0, 2], 1, SINGLE),
        table([3, near(0.3, 0.9), 0, 2], 5, SAME, even=True),
        table([near(2, 4), 0, 0.5, 0], 4, SAME, even=True),
    ]


def strength(call: Call, found: Plain) -> float | None:
    """The learner's choice; None if it is none of the strengths."""
    value = number(found)
    return value if value is not None and any(math.isclose(value, one) for one in call.args[0]) else None


def weak(call: Call, wanted: Plain, found: Plain) -> str | None:
    """No less regularised than the rule says."""
    value = strength(call, found)
    if value is None:
        return ONE
    if call.note in (SINGLE, SAME) or value <= wanted or math.isclose(value, wanted):
        return None
    strengths, scores = call.args
    if math.isclose(value, strengths[int(scores.mean(axis=1).argmax())]):
        return "That is the best strength. The rule takes the most regularised of those that are nearly as good."
    if math.isclose(value, max(s for s, row in zip(strengths, scores, strict=True) if reaches(scores, row, 1.0))):
        return "Turned round: C is the inverse of regularisation, the smallest C bends the least."
    if math.isclose(value, min(s for s, row in zip(strengths, scores, strict=True) if reaches(scores, row, 0.94))):
        return "Your standard error is too small: divide the squares by one less than the number of folds."
    return "A smaller C is within one standard error of the best mean as well."


def strong(call: Call, wanted: Plain, found: Plain) -> str | None:
    """No more regularised than the rule allows."""
    value = strength(call, found)
    if value is None:
        return ONE
    if call.note in (SINGLE, SAME) or value >= wanted or math.isclose(value, wanted):
        return None
    strengths, scores = call.args
    wide = math.sqrt(scores.shape[1])
    if math.isclose(value, min(s for s, row in zip(strengths, scores, strict=True) if reaches(scores, row, wide))):
        return "You allow a standard deviation of the folds; the standard error of their mean is smaller."
    return "The mean of your C is more than one standard error of the best below the best."


def reaches(scores: Floats, row: Floats, errors: float) -> bool:
    """Whether a row's mean is within so many standard errors of the best."""
    best = scores[int(scores.mean(axis=1).argmax())]
    return bool(row.mean() >= best.mean() - errors * standard_error(best))


def certain(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Without spread, only what is as good as the best."""
    value = strength(call, found)
    if value is None:
        return ONE
    if call.note not in (SINGLE, SAME) or close(value, wanted):
        return None
    if call.note == SINGLE:
        return (
            "One fold has no standard error: then only strengths count whose score equals the best; take the smallest."
        )
    return "The best strength's own standard error is 0 here; that of the others does not matter."


EXERCISE = Exercise(
    id="lab02.one_standard_error",
    title="The rule of one standard error",
    minutes=12,
    difficulty=2,
    reference=one_standard_error,
    inputs=inputs,
    checks=(
        Check("regularised enough", 3, weak),
        Check("not too much", 2, strong),
        Check("no spread", 1, certain),
    ),
    hints=(
        "The mean of each row; the standard error of the best one; who reaches their difference?",
        "`values.std(ddof=1) / math.sqrt(len(values))`, for more than one value.",
    ),
)
