"""Intervals and tests for honest comparisons, written out; cross-checked in the tests against SciPy.

Questions are the unit: a score per question comes in, an interval for their mean comes out. Two systems are compared
on the same questions, so their difference is taken question by question (paired) before anything else.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054  # the normal distribution's 97.5 % point
Scores = Sequence[float] | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A mean with a 95 % interval and the number of questions behind it."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}], n = {self.n}"


def resampled_means(values: npt.NDArray[np.float64], rounds: int, seed: int) -> npt.NDArray[np.float64]:
    """Means of `rounds` samples of the questions, drawn with replacement."""
    rng = np.random.default_rng(seed)
    return np.array([values[rng.integers(0, len(values), len(values))].mean() for _ in range(rounds)])


def bootstrap_interval(scores: Scores, rounds: int = 2000, seed: int = 0) -> Interval:
    """Percentile bootstrap of a mean (Efron 1979): where the middle 95 % of resampled means lie."""
    values = np.asarray(scores, np.float64)
    if not len(values):
        raise ValueError("an interval needs at least one score")
    low, high = np.quantile(resampled_means(values, rounds, seed), [0.025, 0.975])
    return Interval(float(values.mean()), float(low), float(high), len(values))


def paired_bootstrap(ours: Scores, theirs: Scores, rounds: int = 2000, seed: int = 0) -> Interval:
    """Interval of the mean difference on the same questions; above zero means that ours is better.

    Resampling questions, not systems, keeps what makes a question hard for both of them out of the difference.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"paired scores need the same questions: {len(ours)} and {len(theirs)}")
    return bootstrap_interval(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64), rounds, seed)


def wilson_interval(successes: int, n: int) -> Interval:
    """Wilson's score interval of a share (JASA 1927): sensible at 0 and at n, where the textbook one has no width.

    >>> wilson_interval(10, 10)
    Interval(value=1.0, low=0.7224672001371107, high=1.0, n=10)
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} successes of {n} is no share")
    p, z2 = successes / n, Z95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return Interval(p, max(middle - half, 0.0), min(middle + half, 1.0), n)


def permutation_test(ours: Scores, theirs: Scores, rounds: int = 10_000, seed: int = 0) -> float:
    """Two-sided p-value of a paired difference: how often do random signs give a mean as far from zero?"""
    differences = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], size=(rounds, len(differences)))
    means = np.abs((signs * differences).mean(axis=1))
    return float((1 + (means >= abs(differences.mean()) - 1e-12).sum()) / (1 + rounds))
