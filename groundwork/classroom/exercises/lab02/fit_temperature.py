"""`fit_temperature(scores, labels, temperatures)`: one number that makes probabilities mean what they say."""

import math

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import number

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
ONE = "Return one of the temperatures, or 1 if there are no messages."
FAR, NOTHING = "scores far from zero", "no messages"


def fit_temperature(scores: Floats, labels: Labels, temperatures: list[float]) -> float:
    """Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2."""
    if len(labels) == 0:
        return 1.0
    return min(temperatures, key=lambda temperature: log_loss(scores / temperature, labels))


def log_loss(scores: Floats, labels: Labels) -> float:
    """Mean of -ln of the softmax at each message's label; the largest score of each row is taken off first."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    given = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - given).mean())


def inputs(rng: np.random.Generator) -> list[Call]:
    """Scores whose softmax was right before somebody scaled them, up or down; some far from zero; none."""
    grid = [round(float(value), 3) for value in np.exp(np.linspace(np.log(0.15), np.log(6.5), 90))]

    def drawn(n: int, classes: int, factor: float, note: str, offset: float = 0.0) -> Call:
        right = rng.normal(0, 1.6, (n, classes))
        chance = np.exp(right) / np.exp(right).sum(axis=1, keepdims=True)
        labels = np.array([rng.choice(classes, p=row) for row in chance], int)
        shift = offset * rng.uniform(0.8, 1.2, (n, 1))
        order = rng.permutation(len(grid)) if note == "temperatures in no order" else np.arange(len(grid))
        return Call((right * factor + shift, labels, [grid[place] for place in order]), note)

    sure, modest = (float(rng.uniform(2, 3.5)), float(rng.uniform(2, 3.5))), float(rng.uniform(0.3, 0.5))
    return [
        drawn(300, 4, sure[0], "too sure"),
        drawn(150, 25, sure[1], "too sure"),
        drawn(300, 5, modest, "not sure enough"),
        drawn(200, 12, modest, "not sure enough"),
        drawn(250, 2, 1.0, "two labels"),
        drawn(250, 6, 1.0, "calibrated already"),
        drawn(200, 5, float(rng.uniform(1.5, 2)), "temperatures in no order"),
        drawn(40, 3, float(rng.uniform(0.8, 1.6)), "few messages"),
        drawn(150, 5, float(rng.uniform(1.5, 3)), FAR, 7_000.0),
        drawn(150, 4, float(rng.uniform(0.4, 0.6)), FAR, -7_000.0),
        Call((np.zeros((0, 4)), np.zeros(0, int), grid), NOTHING),
    ]


def temperature(call: Call, found: Plain) -> float | None:
    """The learner's temperature; None if it was not among those to choose from."""
    value = number(found)
    among = value is not None and any(math.isclose(value, one, rel_tol=1e-9) for one in [*call.args[2], 1.0])
    return value if among else None


def side(call: Call, wanted: Plain, found: Plain) -> str | None:
    """More doubt where it is needed, and less where not."""
    value = temperature(call, found)
    if value is None:
        return ONE
    if call.note == "too sure" and value <= 1:
        return "These scores are too sure of themselves: they want a temperature above 1, by which they are divided."
    if call.note == "not sure enough" and value >= 1:
        return "These scores are too modest: they want a temperature below 1, by which they are divided."
    return None


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The temperature of least log loss, with the usual suspects named."""
    value = temperature(call, found)
    if value is None:
        return ONE
    scores, labels, grid = call.args
    if call.note in (FAR, NOTHING) or log_loss(scores / value, labels) <= log_loss(scores / wanted, labels) + 1e-9:
        return None
    if math.isclose(value, max(grid, key=lambda one: log_loss(scores / one, labels))):
        return "You take the temperature with the largest loss."
    if value == grid[0]:
        return "You take the first temperature: dividing all scores does not change which is largest, nor accuracy."
    if math.isclose(value, min(grid, key=lambda one: log_loss(scores / one, scores.argmax(axis=1)))):
        return "Take the probability of the label that the message has, not of the one that the model chose."
    if math.isclose(value, min(grid, key=lambda one: log_loss(scores * one, labels))):
        return "Divide the scores by the temperature; you multiply."
    return "Another temperature has a smaller mean of -ln(probability of the label)."


def far(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A softmax that survives large scores."""
    value = temperature(call, found)
    if value is None:
        return ONE
    if call.note != FAR or math.isclose(value, wanted):
        return None
    return "exp of a large score overflows, of a small one is 0. Take each row's largest score off before you use exp."


def nothing(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Without evidence, leave everything as it is."""
    value = temperature(call, found)
    if value is None:
        return ONE
    return None if call.note != NOTHING or value == 1 else "Without messages there is nothing to mend: return 1."


EXERCISE = Exercise(
    id="lab02.fit_temperature",
    title="A temperature",
    minutes=15,
    difficulty=3,
    reference=fit_temperature,
    inputs=inputs,
    checks=(
        Check("more doubt or less", 2, side),
        Check("the least log loss", 3, values),
        Check("scores far from zero", 2, far),
        Check("no messages", 1, nothing),
    ),
    hints=(
        "ln of the softmax is the score minus ln of the sum of all exp(score); you need it at the label only.",
        "`scores[np.arange(len(labels)), labels]` takes one score from each row.",
    ),
)
