"""Does a probability mean what it says? Reliability, its error in one number, the mending, and what to do at which.

A router that says 0.8 is calibrated if it is right in 8 of 10 such cases. `confidence` is always the probability of
what was chosen, `right` whether that was right, both (n,).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundwork.evaluation.statistics import Interval, wilson_interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """The cases of a range of confidence: their mean confidence, and how often they were right."""

    confidence: float
    accuracy: Interval


def reliability(confidence: Floats, right: Bools, bins: int = 10) -> list[Bin]:
    """Cases in ranges of equal width from 0 to 1, empty ranges left out (DeGroot and Fienberg 1983)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    chosen = (place == number for number in range(bins))
    return [
        Bin(float(confidence[rows].mean()), wilson_interval(int(right[rows].sum()), int(rows.sum())))
        for rows in chosen
        if rows.any()
    ]


def calibration_error(confidence: Floats, right: Bools, bins: int = 10) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over the bins (Guo et al. 2017, section 2).

    Never 0 on few cases, even for a perfect model: chance alone moves each bin.
    """
    parts = reliability(confidence, right, bins)
    gaps = [abs(part.confidence - part.accuracy.value) * part.accuracy.n for part in parts]
    return float(sum(gaps) / len(confidence))


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """The same order of labels, more (above 1) or less doubt: softmax of log-probabilities over the temperature."""
    scores = np.log(np.maximum(probabilities, 1e-12)) / temperature
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result


def log_loss(probabilities: Floats, columns: npt.NDArray[np.intp]) -> float:
    """Mean -ln of the probability that the given label (its column) had."""
    given = probabilities[np.arange(len(columns)), columns]
    return float(-np.log(np.maximum(given, 1e-12)).mean())


def fit_temperature(probabilities: Floats, columns: npt.NDArray[np.intp]) -> float:
    """The temperature of least log loss on held-out cases (Guo et al. 2017), from 0.2 to 5 in steps of 1 %."""
    grid = np.exp(np.arange(np.log(0.2), np.log(5), 0.01))
    return float(min(grid, key=lambda temperature: log_loss(tempered(probabilities, temperature), columns)))


def costs(confidence: Floats, right: Bools, threshold: float, wrong: float, asking: float) -> Floats:
    """Cost of each case: `asking` below the threshold; above it, 0 if right and `wrong` if not."""
    return np.where(confidence < threshold, asking, np.where(right, 0.0, wrong))


def cheapest_threshold(confidence: Floats, right: Bools, wrong: float, asking: float) -> float:
    """The threshold of least mean cost on these cases, in steps of 0.01; of several, the middle one.

    With perfectly calibrated probabilities it is 1 - asking / wrong, whatever the data (Chow 1970).
    """
    grid = np.arange(0, 1.005, 0.01)
    means = np.array([costs(confidence, right, threshold, wrong, asking).mean() for threshold in grid])
    best = np.flatnonzero(means <= means.min() + 1e-12)
    return float(grid[best[len(best) // 2]])
