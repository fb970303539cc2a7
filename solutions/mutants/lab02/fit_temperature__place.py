"""Returns the place of the temperature, not the temperature."""

import numpy as np
from scipy.special import log_softmax


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    rows = np.arange(len(labels))
    return int(np.argmin([-log_softmax(scores / t, axis=1)[rows, labels].mean() for t in temperatures]))
