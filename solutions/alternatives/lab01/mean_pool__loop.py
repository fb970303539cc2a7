"""Text by text, with the pieces chosen by the mask."""

import numpy as np


def mean_pool(pieces, mask):
    rows = []
    for one, kept in zip(pieces, mask):
        chosen = one[kept == 1]
        rows.append(chosen.mean(axis=0) if len(chosen) else np.zeros(one.shape[1]))
    return np.array(rows)
