"""Divides by zero where there is one fold only, and finds nothing."""

import numpy as np


def one_standard_error(strengths, scores):
    means = scores.mean(axis=1)
    best = int(np.argmax(means))
    error = np.std(scores[best], ddof=1) / np.sqrt(scores.shape[1])
    return min((one for one, mean in zip(strengths, means) if mean >= means[best] - error), default=None)
