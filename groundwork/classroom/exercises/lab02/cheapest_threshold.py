"""`cheapest_threshold(confidence, right, wrong, asking, thresholds)`: what a mistake costs decides when to ask."""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ONE = "Return one of the thresholds."
BORDER, TIE, VARIED = "confidences that equal a threshold", "several thresholds cost the same", "some mistakes are dear"
NOTHING = "no messages"


def cheapest_threshold(
    confidence: Floats, right: Bools, wrong: Floats, asking: float, thresholds: list[float]
) -> float:
    """Chow, "On optimum recognition error and reject tradeoff", IEEE Transactions on Information Theory, 1970."""
    return max(thresholds, key=lambda at: (-minutes(confidence, right, wrong, asking, at), at))


def minutes(confidence: Floats, right: Bools, wrong: Floats, asking: float, at: float) -> float:
    """What all messages cost with this threshold."""
    sent = confidence >= at
    return float((~sent).sum() * asking + wrong[sent & ~right].sum())


def inputs(rng: np.random.Generator) -> list[Call]:
    """Messages whose confidence is right, too high or too low, cheap and dear mistakes, confidences on a threshold."""
    grid = [round(0.3 + 0.01 * step, 2) for step in range(70)]

    def drawn(n: int, power: float, cost: int, asking: float, note: str = "") -> Call:
        confidence = np.round(rng.uniform(0.3, 1, n), 2) - 0.003  # off the grid
        right = rng.random(n) < confidence**power
        order = rng.permutation(len(grid)) if note == "thresholds in no order" else np.arange(len(grid))
        return Call((confidence, right, np.full(n, float(cost)), asking, [grid[place] for place in order]), note)

    def varied(n: int) -> Call:
        confidence, right = (part.copy() for part in drawn(n, 1, 12, 3.0).args[:2])
        dear = rng.random(n) < 0.6 - 0.5 * (confidence < 0.7)  # the dear ones are those of which the router is sure
        return Call((confidence, right, np.where(dear, 90.0, 6.0), 3.0, grid), VARIED)

    ten = [round(0.1 * step, 1) for step in range(11)]
    steps = np.repeat([0.5, 0.7, 0.9], [30, 40, 50])
    good = np.concatenate([rng.random(30) < 0.4, np.arange(40) < 37, np.ones(50, bool)])
    order = rng.permutation(120)
    sparse = np.array([0.35, 0.55, 0.95])[np.repeat([0, 1, 2], [10, 20, 30])]
    fair = np.concatenate([np.zeros(10, bool), np.arange(20) < 16, np.ones(30, bool)])  # 20 messages: asking or errors
    return [
        drawn(300, 1, 12, 3.0),
        drawn(300, 1, 30, 3.0),
        drawn(250, 1, 5, 3.0),
        drawn(300, 3, 12, 3.0, "confidence is too high"),
        drawn(300, 0.3, 15, 3.0, "confidence is too low"),
        drawn(200, 1, 12, 2.0, "thresholds in no order"),
        varied(300),
        varied(400),
        Call((steps[order], good[order], np.full(120, 12.0), 3.0, ten), BORDER),
        Call((steps[order], good[order], np.full(120, 10.0), 2.0, [0.9, 0.7, 0.5, 1.0]), BORDER),
        Call((sparse, fair, np.full(60, 15.0), 3.0, [ten[place] for place in rng.permutation(11)]), TIE),
        Call((sparse, fair, np.full(60, 10.0), 3.0, ten), TIE),
        Call((rng.uniform(0.3, 0.9, 20), np.zeros(20, bool), np.full(20, 12.0), 3.0, [*ten, 1.1]), TIE),
        Call((np.zeros(0), np.zeros(0, bool), np.zeros(0), 3.0, ten), NOTHING),
    ]


def threshold(call: Call, found: Plain) -> float | None:
    """The learner's choice; None if it is none of the thresholds."""
    value = number(found)
    return value if value is not None and any(close(value, at) for at in call.args[4]) else None


def dearer(call: Call, wanted: float, value: float) -> bool:
    """Whether a threshold costs more than the cheapest."""
    confidence, right, wrong, asking, _ = call.args
    return minutes(confidence, right, wrong, asking, value) > minutes(confidence, right, wrong, asking, wanted) + 1e-6


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The least cost, where all mistakes cost the same."""
    value = threshold(call, found)
    if value is None:
        return ONE
    if call.note in (BORDER, VARIED) or not dearer(call, wanted, value):
        return None
    confidence, right, wrong, asking, grid = call.args
    if len(wrong) and close(value, min(grid, key=lambda at: abs(at - (1 - asking / wrong.mean())))):
        return "That is the formula for calibrated confidences; look at what these messages would have cost."
    if close(value, min(grid)):
        return "You send everything without a look. Do wrong routes cost anything with you?"
    if close(value, max(grid)):
        return "You ask about everything. Does asking cost anything with you?"
    if close(value, max(grid, key=lambda at: float(((confidence >= at) == right).mean()))):
        return "You look for the fewest mistakes; a wrong route and a needless question don't cost the same."
    return "Another threshold costs less: asking below it; from it on, what the wrong routes cost."


def varied(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Every message has its own cost of a mistake."""
    value = threshold(call, found)
    if value is None:
        return ONE
    if call.note != VARIED or not dearer(call, wanted, value):
        return None
    return "Wrong routes do not all cost the same here: `wrong` holds each message's own minutes."


def border(call: Call, wanted: Plain, found: Plain) -> str | None:
    """From the threshold on, a message is sent."""
    value = threshold(call, found)
    if value is None:
        return ONE
    if call.note != BORDER or not dearer(call, wanted, value):
        return None
    return "A message is sent if its confidence is at least the threshold; equal is enough."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The most careful of equals."""
    value = threshold(call, found)
    if value is None:
        return ONE
    if call.note not in (TIE, NOTHING) or close(value, wanted):
        return None
    return "Of several thresholds that cost the same, return the highest."


EXERCISE = Exercise(
    id="lab02.cheapest_threshold",
    title="The cost of a wrong route",
    minutes=13,
    difficulty=3,
    reference=cheapest_threshold,
    inputs=inputs,
    checks=(
        Check("the least cost", 3, values),
        Check("some mistakes are dear", 2, varied),
        Check("equal to the threshold", 1, border),
        Check("equally cheap", 1, ties),
    ),
    hints=(
        "Write the minutes of all messages for one threshold first; then try every threshold.",
        "`confidence >= at` says who is sent; `wrong[sent & ~right].sum()` what the wrong routes cost.",
    ),
)
