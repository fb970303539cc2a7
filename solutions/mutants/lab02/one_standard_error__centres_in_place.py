"""Right, but takes the best mean off the caller's scores."""

import numpy as np


def one_standard_error(strengths, scores):
    best = int(np.argmax(scores.mean(axis=1)))
    folds = scores.shape[1]
    error = np.std(scores[best], ddof=1) / np.sqrt(folds) if folds > 1 else 0.0
    limit = scores[best].mean() - error
    scores -= limit
    return min(one for one, row in zip(strengths, scores) if row.mean() >= -1e-12)
