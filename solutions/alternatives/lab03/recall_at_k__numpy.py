"""np.intersect1d, and a NumPy number as the result."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        best = np.asarray(best, dtype=int)[:k]
        best = best[best >= 0]
        if best.size:
            shares.append(np.intersect1d(np.asarray(rows, dtype=int)[:k], best).size / best.size)
    return np.mean(shares) if shares else np.float64(0)
