"""Takes the first n pieces, as if padding always stood at the end."""

import numpy as np


def mean_pool(pieces, mask):
    counts = mask.sum(axis=1)
    width = pieces.shape[2]
    return np.array([one[:n].mean(axis=0) if n else np.zeros(width) for one, n in zip(pieces, counts)])
