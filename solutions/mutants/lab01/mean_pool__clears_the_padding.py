"""Right, but sets the caller's padding to zero in place."""

import numpy as np


def mean_pool(pieces, mask):
    pieces[mask == 0] = 0
    return pieces.sum(axis=1) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
