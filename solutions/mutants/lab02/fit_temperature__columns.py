"""Adds up over messages in place of labels."""

import numpy as np


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    losses = []
    for temperature in temperatures:
        z = scores / temperature
        z = z - z.max(axis=0)
        p = np.exp(z) / np.exp(z).sum(axis=0)
        losses.append(-np.log(p[np.arange(len(labels)), labels] + 1e-300).mean())
    return temperatures[int(np.argmin(losses))]
