"""Right on the first temperature, then divides the scores that it has divided already."""

import numpy as np
from scipy.special import log_softmax


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    rows, losses = np.arange(len(labels)), []
    for temperature in temperatures:
        scores /= temperature
        losses.append(-log_softmax(scores, axis=1)[rows, labels].mean())
    return temperatures[int(np.argmin(losses))]
