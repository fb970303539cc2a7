"""Right, but takes the largest score off the caller's table."""

import numpy as np


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    scores -= scores.max(axis=1, keepdims=True)
    rows = np.arange(len(labels))

    def loss(temperature):
        z = scores / temperature
        return (np.log(np.exp(z).sum(axis=1)) - z[rows, labels]).mean()

    return min(temperatures, key=loss)
