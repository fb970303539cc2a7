"""One sum over places, written as an einsum."""

import numpy as np


def mean_pool(pieces, mask):
    sums = np.einsum("npd,np->nd", pieces, mask.astype(float))
    counts = mask.sum(axis=1)
    return sums / np.where(counts == 0, 1, counts)[:, np.newaxis]
