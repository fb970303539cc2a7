"""NumPy's masked arrays."""

import numpy as np


def mean_pool(pieces, mask):
    hidden = np.repeat(mask[:, :, None] == 0, pieces.shape[2], axis=2)
    return np.ma.masked_array(pieces, hidden).mean(axis=1).filled(0.0)
