"""Returns everything in the opened cells."""

import numpy as np


def ivf_search(query, vectors, centres, cells, nprobe, k, allowed=None):
    nearest = np.argsort(((centres - query) ** 2).sum(axis=1), kind="stable")[:nprobe]
    inside = np.isin(cells, nearest)
    if allowed is not None:
        inside = inside & allowed
    rows = np.flatnonzero(inside)
    order = np.argsort(-(vectors[rows] @ query), kind="stable")
    return rows[order].tolist()
