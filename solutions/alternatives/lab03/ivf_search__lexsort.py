"""Sorts by score and row at once, and returns a tuple."""

import numpy as np


def ivf_search(query, vectors, centres, cells, nprobe, k, allowed=None):
    allowed = np.ones(len(vectors), dtype=bool) if allowed is None else allowed
    away = np.square(centres - query).sum(1)
    opened = np.lexsort((np.arange(len(away)), away))[:nprobe]
    lists = [np.flatnonzero((cells == cell) & allowed) for cell in opened]
    rows = np.concatenate(lists)
    order = np.lexsort((rows, -vectors[rows].dot(query)))
    return tuple(rows[order[:k]])
