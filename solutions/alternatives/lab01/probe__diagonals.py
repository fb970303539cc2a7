"""The diagonal against the other diagonal."""

import numpy as np


def probe(scores):
    if scores.shape[0] == 0:
        return 0
    own = np.diagonal(scores, axis1=1, axis2=2)
    other = np.diagonal(scores[:, :, ::-1], axis1=1, axis2=2)
    return np.mean(np.all(own > other, axis=1))
