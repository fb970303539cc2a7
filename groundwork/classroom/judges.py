"""What the checks of several labs share: numbers out of whatever came back, and comparisons with a tolerance."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Plain

CLOSE = 1e-6  # relative and absolute: sums in another order pass, another formula does not


def number(value: Plain) -> float | None:
    """A finite number as a float; None for anything else, truth values included."""
    if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def numbers(value: Plain) -> list[float] | None:
    """A list or one-dimensional array of finite numbers as floats; None for anything else."""
    if not isinstance(value, list | tuple | np.ndarray) or (isinstance(value, np.ndarray) and value.ndim != 1):
        return None
    found = [number(item) for item in value]
    return None if None in found else [item for item in found if item is not None]


def close(one: float, other: float) -> bool:
    """Whether two numbers are equal but for rounding."""
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def all_close(some: Sequence[float], others: Sequence[float]) -> bool:
    """Whether two lists of numbers are as long and equal but for rounding."""
    return len(some) == len(others) and all(map(close, some, others))


def misordered(wanted: Sequence[float], found: Sequence[float]) -> bool:
    """Whether two items that `wanted` clearly puts apart stand in the other order, or level, in `found`."""
    order = sorted(range(len(wanted)), key=lambda i: -wanted[i])
    return any(
        wanted[one] > wanted[other] and not close(wanted[one], wanted[other]) and not found[one] > found[other]
        for place, one in enumerate(order)
        for other in order[place + 1 :]
    )


def common_factor(wanted: Sequence[float], found: Sequence[float]) -> float | None:
    """What every number of `found` is `wanted` times; None if there is no such factor, or it is 1."""
    ratios = [b / a for a, b in zip(wanted, found, strict=True) if a]
    zeros = all(close(b, 0) for a, b in zip(wanted, found, strict=True) if not a)
    if not ratios or not zeros or close(ratios[0], 1) or close(ratios[0], 0):
        return None
    return ratios[0] if all(close(ratio, ratios[0]) for ratio in ratios) else None


def array(value: Plain, shape: tuple[int, ...]) -> npt.NDArray[np.float64] | None:
    """Finite numbers of this shape, as an array or as nested lists, as float64; None for anything else."""
    if not isinstance(value, list | np.ndarray):
        return None
    try:
        found = np.asarray(value)
        fits = found.shape == shape and found.dtype.kind in "fiu" and bool(np.isfinite(found).all())
    except ValueError:  # ragged lists
        return None
    return found.astype(np.float64) if fits else None
