"""Scores all, and sets what may not be found to minus infinity."""

import numpy as np


def ivf_search(query, vectors, centres, cells, nprobe, k, allowed=None):
    nearest = np.linalg.norm(centres - query, axis=1).argsort(kind="stable")[:nprobe]
    out = ~np.isin(cells, nearest)
    if allowed is not None:
        out |= ~allowed
    scores = np.where(out, -np.inf, vectors @ query)
    order = np.argsort(-scores, kind="stable")[:k]
    return order[np.isfinite(scores[order])]
