"""Intervals and tests for honest comparisons, written out; cross-checked in the tests against SciPy.

Questions are the unit: a score per question comes in, an interval for their mean comes out. Two systems are compared
on the same questions, so their difference is taken question by question (paired) before anything else.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054  # the normal distribution's 97.5 % point
Scores = Sequence[float] | npt.NDArray[np.float64]
Outcomes = Sequence[bool] | npt.NDArray[np.bool_]


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


def bootstrap_statistic(
    statistic: Callable[[npt.NDArray[np.intp]], float], n: int, rounds: int = 500, seed: int = 0
) -> Interval:
    """Percentile bootstrap of any figure of n cases; `statistic` computes it from the rows of a sample."""
    rng = np.random.default_rng(seed)
    drawn = [statistic(rng.integers(0, n, n)) for _ in range(rounds)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(statistic(np.arange(n))), float(low), float(high), n)


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


@dataclass(frozen=True)
class Disagreement:
    """Where two systems differ: cases that only one got right, and the p-value of there being no difference."""

    only_ours: int
    only_theirs: int
    p: float


def mcnemar(ours: Outcomes, theirs: Outcomes) -> Disagreement:
    """McNemar's exact test (Psychometrika 1947) of two systems on the same cases, right or wrong; two-sided.

    Cases that both got right, or both wrong, say nothing. Of the others each would be a fair coin if there were no
    difference, so the p-value is a binomial tail: how often do so many coins fall so unevenly?

    >>> mcnemar([True] * 9 + [False], [False] * 9 + [True])
    Disagreement(only_ours=9, only_theirs=1, p=0.021484375)
    """
    if len(ours) != len(theirs):
        raise ValueError(f"a paired test needs the same cases: {len(ours)} and {len(theirs)}")
    a, b = np.asarray(ours, bool), np.asarray(theirs, bool)
    one, other = int((a & ~b).sum()), int((~a & b).sum())
    coins, fewer = one + other, min(one, other)
    ways = sum(math.comb(coins, k) for k in range(fewer + 1))
    return Disagreement(one, other, min(1.0, 2 * ways / 2**coins))


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Clopper and Pearson's interval of a share (Biometrika 1934): never too narrow, whatever the true share.

    Its ends are the shares at which so few, or so many, successes have a chance of (1 - level) / 2.

    >>> round(clopper_pearson(0, 59).high, 3), round(clopper_pearson(0, 299).high, 3)
    (0.061, 0.012)
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} successes of {n} is no share")
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else _share_where(lambda p: 1 - binomial_cdf(successes - 1, n, p) > tail)
    high = 1.0 if successes == n else _share_where(lambda p: binomial_cdf(successes, n, p) <= tail)
    return Interval(successes / n, low, high, n)


def binomial_cdf(k: int, n: int, p: float) -> float:
    """The chance of at most k successes in n trials of chance p."""
    if p <= 0 or p >= 1:
        return 1.0 if p <= 0 or k >= n else 0.0
    logs = [_log_choose(n, i) + i * math.log(p) + (n - i) * math.log1p(-p) for i in range(k + 1)]
    return min(math.fsum(math.exp(value) for value in logs), 1.0)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _share_where(reached: Callable[[float], bool]) -> float:
    """The smallest share at which `reached` holds, by bisection; it holds from some share on."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
