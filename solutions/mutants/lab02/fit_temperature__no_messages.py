"""Returns the first temperature where there are no messages."""

import numpy as np
from scipy.special import log_softmax


def fit_temperature(scores, labels, temperatures):
    rows = np.arange(len(labels))
    return min(temperatures, key=lambda t: -log_softmax(scores / t, axis=1)[rows, labels].sum())
