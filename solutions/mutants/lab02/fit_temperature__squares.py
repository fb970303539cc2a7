"""Minimises squared errors in place of the log loss."""

import numpy as np


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    best, least = temperatures[0], np.inf
    for temperature in temperatures:
        z = scores / temperature
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        with np.errstate(all="ignore"):
            loss = ((p - np.eye(p.shape[1])[labels]) ** 2).sum(axis=1).mean()
        if loss < least:
            best, least = temperature, loss
    return best
