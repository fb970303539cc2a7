"""`choose_threshold(confidence, right, thresholds, risk, delta)`: from which confidence on may we answer?"""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SILENT = "You promise nothing, though a threshold keeps the promise."
ONE = "Return one of the thresholds, or None."
NOTHING, BORDER = "nothing can be promised", "confidences that equal a threshold"


def choose_threshold(
    confidence: Floats, right: Bools, thresholds: list[float], risk: float, delta: float = 0.1
) -> float | None:
    """Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 1934, with Bonferroni's share."""
    share = delta / len(thresholds)
    passed = [at for at in thresholds if upper_bound(right[confidence >= at], share) <= risk]
    return min(passed, default=None)


def upper_bound(right: Bools, delta: float) -> float:
    """What the share of errors is at most, but for a chance of delta."""
    wrong = int((~right).sum())
    return 1.0 if wrong == len(right) else float(betaincinv(wrong + 1, len(right) - wrong, 1 - delta))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Calibration data of several sizes: good confidences, useless ones, few of them, too many errors."""

    def drawn(n: int, top: float) -> tuple[Floats, Bools]:
        confidence = np.round(rng.uniform(0.3, 1.0, n), 4)
        confidence[confidence * 200 % 1 == 0] += 0.0011  # none on a threshold, unless somebody puts it there
        return confidence, rng.random(n) < top * confidence ** rng.uniform(0.8, 0.9)

    fine = [round(0.3 + 0.005 * step, 3) for step in range(139)]
    coarse = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
    mixed = [fine[place] for place in rng.permutation(len(fine))]
    small, useless = drawn(12, 1.0), rng.random(400) < 0.5
    step = np.repeat([0.5, 0.7, 0.9], [150, 150, 150])
    on_it = np.concatenate([rng.random(150) < 0.55, rng.random(150) < 0.97, np.ones(150, bool)])
    sure = np.concatenate([np.full(40, 0.94), rng.uniform(0.3, 0.6, 200)])
    sparse = np.concatenate([np.ones(40, bool), rng.random(200) < 0.5])
    return [
        *(Call((*drawn(n, 1.0), fine, risk)) for n, risk in ((300, 0.35), (500, 0.3), (900, 0.25), (1500, 0.2))),
        *(Call((*drawn(n, 1.05), fine, 0.2)) for n in (400, 800)),
        Call((*drawn(600, 1.1), mixed, 0.2), "thresholds in no order"),
        Call((*drawn(700, 1.1), fine, 0.2, 0.01), "another delta"),
        Call((*drawn(900, 1.0), fine, 0.24, 0.4), "another delta"),
        Call((*drawn(900, 1.0), coarse, 0.22), "few thresholds"),
        Call((sure, sparse, [*coarse, 0.99], 0.15), "a threshold above which there is nothing"),
        Call((step, on_it, [0.5, 0.7, 0.9], 0.1), BORDER),
        Call((np.round(step, 1), on_it, [0.6, 0.7, 0.8, 0.9], 0.04), BORDER),
        Call((*small, coarse, 0.1), NOTHING),
        Call((rng.random(400), useless, fine, 0.2), NOTHING),
        Call((rng.uniform(0.3, 1.0, 30), np.zeros(30, bool), coarse, 0.6), NOTHING),
        Call((np.zeros(0), np.zeros(0, bool), coarse, 0.2), NOTHING),
    ]


def threshold(call: Call, found: Plain) -> float | str | None:
    """The learner's choice, or what is wrong with its kind."""
    if found is None:
        return None
    value = number(found)
    return ONE if value is None or not any(close(value, at) for at in call.args[2]) else value


def safe(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Nothing below what the bound allows."""
    value = threshold(call, found)
    if isinstance(value, str):
        return value
    if value is None and wanted is not None:
        return SILENT
    if wanted is None or value is None or call.note == BORDER or value > wanted or close(value, wanted):
        return None
    confidence, right, _, risk, delta = (*call.args, 0.1)[:5]
    wrong = ~right[confidence >= value]
    if wrong.mean() <= risk < upper_bound(~wrong, delta):
        return "Too low: that the share of errors was small in the sample does not bound it. Use the upper bound."
    if upper_bound(~wrong, delta) <= risk:
        return "Too low: one of many thresholds is lucky by chance. Each of m may fail with delta / m only."
    return "Too low: with this threshold more answers may be wrong than was promised."


def generous(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Not higher than it has to be."""
    value = threshold(call, found)
    if isinstance(value, str):
        return value
    if wanted is None or call.note == BORDER or (value is not None and (value < wanted or close(value, wanted))):
        return None
    if value is None:
        return SILENT
    return "Too high: a lower threshold keeps the promise as well, and more questions are answered."


def nothing(call: Call, wanted: Plain, found: Plain) -> str | None:
    """None where no threshold will do."""
    if found is None:
        return None if wanted is None else SILENT
    if call.note != NOTHING:
        return None
    return (
        "No threshold keeps the promise here: return None. Without any answer there is no evidence, so the bound is 1."
    )


def border(call: Call, wanted: Plain, found: Plain) -> str | None:
    """At the threshold we answer."""
    value = threshold(call, found)
    if call.note != BORDER or (isinstance(value, float) and close(value, wanted)):
        return None
    return "A question is answered if its confidence is at least the threshold; equal is enough."


EXERCISE = Exercise(
    id="lab06.choose_threshold",
    title="When to answer",
    minutes=20,
    difficulty=4,
    reference=choose_threshold,
    inputs=inputs,
    checks=(
        Check("not too low", 3, safe),
        Check("not too high", 2, generous),
        Check("nothing can be promised", 2, nothing),
        Check("equal to a threshold", 1, border),
    ),
    hints=(
        "`betaincinv(wrong + 1, n - wrong, 1 - chance)` is the upper bound for `wrong` errors among n answers.",
        "Go through the thresholds from the lowest up, and return the first whose bound is at most the risk.",
    ),
)
