"""Right, but takes the true neighbours off the caller's lists."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        best = best if isinstance(best, list) else best.tolist()
        del best[k:]
        right = set(best) - {-1}
        if right:
            shares.append(len(right & set(rows[:k])) / len(right))
    return float(np.mean(shares)) if shares else 0.0
