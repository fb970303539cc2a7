"""Linear models from examples, by scikit-learn: an order from pairs, a probability from rows."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from groundwork.search.linear import Linear

M = TypeVar("M", bound=Linear)
Table = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def pairwise(model: type[M], tables: Sequence[Table], truths: Sequence[Truth], strength: float) -> M:
    """Logistic regression on pairs (Burges et al., "RankNet", ICML 2005): it learns the difference of right and wrong.

    Each table (candidates, features) is one question's, its truth (candidates,) says which are right; every question
    counts alike.
    """
    from sklearn.linear_model import LogisticRegression

    everything = np.concatenate(tables)
    mean, scale = everything.mean(axis=0), everything.std(axis=0)
    scale[scale == 0] = 1.0
    pairs = [
        ((table[truth][:, None] - table[~truth][None]) / scale).reshape(-1, table.shape[1])
        for table, truth in zip(tables, truths, strict=True)
        if 0 < truth.sum() < len(truth)
    ]
    rows = np.concatenate(pairs)
    weights = np.concatenate([np.full(len(pair), 1 / len(pair)) for pair in pairs])
    fitted = LogisticRegression(C=strength, fit_intercept=False, max_iter=3000)
    fitted.fit(np.concatenate([rows, -rows]), np.repeat([1, 0], len(rows)), np.concatenate([weights, weights]))
    return model(fitted.coef_[0], mean, scale)


def logistic(model: type[M], rows: Table, truth: Truth, strength: float = 0.3) -> M:
    """Logistic regression of truth (n,) on rows (n, features), standardised, with an offset."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1.0
    fitted = LogisticRegression(C=strength, max_iter=3000).fit((rows - mean) / scale, truth)
    return model(fitted.coef_[0], mean, scale, float(fitted.intercept_[0]))
