"""SciPy's standard error, and a mask."""

import numpy as np
from scipy.stats import sem


def one_standard_error(strengths, scores):
    means = scores.mean(axis=1)
    best = means.argmax()
    error = sem(scores[best]) if scores.shape[1] > 1 else 0
    return np.array(strengths)[means >= means[best] - error].min()
