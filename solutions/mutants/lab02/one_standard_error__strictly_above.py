"""Wants more than the limit, so that without spread not even the best is good enough."""

import numpy as np


def one_standard_error(strengths, scores):
    means = scores.mean(axis=1)
    best = int(np.argmax(means))
    folds = scores.shape[1]
    error = np.std(scores[best], ddof=1) / np.sqrt(folds) if folds > 1 else 0.0
    return min((one for one, mean in zip(strengths, means) if mean > means[best] - error), default=None)
