"""Opens the cells whose centres have the largest product with the query."""

import numpy as np


def ivf_search(query, vectors, centres, cells, nprobe, k, allowed=None):
    nearest = np.argsort(-(centres @ query), kind="stable")[:nprobe]
    inside = np.isin(cells, nearest)
    if allowed is not None:
        inside = inside & allowed
    rows = np.flatnonzero(inside)
    order = np.argsort(-(vectors[rows] @ query), kind="stable")[:k]
    return rows[order].tolist()
