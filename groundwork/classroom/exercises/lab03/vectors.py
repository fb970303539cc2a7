"""Made vectors in heaps, as a shop's are, and whole numbers for the cases where equal distances must be equal."""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Plain

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def heaps(rng: np.random.Generator, n: int, d: int, topics: int = 4) -> Floats:
    """n vectors of d numbers around a few topics, of different lengths."""
    middles = rng.normal(size=(topics, d)) * 3
    return np.asarray(middles[rng.integers(topics, size=n)] + rng.normal(size=(n, d)))


def row_numbers(value: Plain) -> list[int] | None:
    """Whole numbers out of a list or a one-dimensional array; None for anything else."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iu":
        return [int(item) for item in value]
    if not isinstance(value, list):
        return None
    plain = [item.item() if isinstance(item, np.ndarray) and item.ndim == 0 else item for item in value]
    return plain if all(type(item) is int for item in plain) else None


def code_table(value: Plain, shape: tuple[int, ...]) -> Whole | None:
    """A table of whole numbers of this shape, as an array or as nested lists; None for anything else."""
    if not isinstance(value, list | np.ndarray):
        return None
    try:
        found = np.asarray(value)
    except ValueError:  # ragged lists
        return None
    fits = found.shape == shape and (found.dtype.kind in "iu" or found.size == 0)
    return found.astype(np.int64) if fits else None
