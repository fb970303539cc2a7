"""A linear model that can be read: each weight says what a feature is worth, and is stored as plain numbers.

Linear is enough to weigh rankings and signs against each other, cannot learn a training set by heart with a few dozen
weights, and needs no unpickling. `course.py evaluate … --fit` fits and stores the three that there are.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from groundwork.errors import GroundworkError

Rows = npt.NDArray[np.float64]


class LinearError(GroundworkError):
    """A stored model that does not fit the features of this version."""


@dataclass(frozen=True)
class Linear:
    """score = weights · (features - mean) / scale + offset; higher is better. Subclasses name their features."""

    weights: Rows
    mean: Rows
    scale: Rows
    offset: float = 0.0

    names: ClassVar[tuple[str, ...]] = ()
    stored: ClassVar[Path]
    command: ClassVar[str] = "course.py evaluate search --fit"

    def scores(self, rows: Rows) -> Rows:
        """Scores of feature rows (n, f), float64 (n,)."""
        result: Rows = (rows - self.mean) / self.scale @ self.weights + self.offset
        return result

    def probability(self, row: Rows) -> float:
        """The score of one row (f,) as a probability, where the model was fitted as a logistic regression."""
        return 1 / (1 + math.exp(-max(min(float(self.scores(row[None])[0]), 500.0), -500.0)))

    def as_json(self) -> str:
        """The model as text, a line a feature."""
        columns = zip(self.names, self.weights.tolist(), self.mean.tolist(), self.scale.tolist(), strict=True)
        rows = {
            name: {"weight": round(w, 5), "mean": round(m, 5), "scale": round(s, 5)} for name, w, m, s in columns
        } | ({"offset": round(self.offset, 5)} if self.offset else {})
        return "{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items()) + "\n}\n"

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a stored model, its own by default. Raises LinearError if it is of other features."""
        path = path or cls.stored
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            offset = rows.pop("offset", 0.0)
            if tuple(rows) != cls.names:
                raise ValueError(f"it has the features {', '.join(rows)}")
            weights, mean, scale = (
                np.array([row[part] for row in rows.values()], np.float64) for part in ("weight", "mean", "scale")
            )
            return cls(weights, mean, scale, float(offset))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LinearError(
                f"{path} is no {cls.__name__} of this version: {error}. Fit it with: {cls.command}"
            ) from None
