"""Divides by k, though there may be fewer true neighbours."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        right = set(best[:k]) - {-1}
        if right:
            shares.append(len(right & set(rows[:k])) / k)
    return float(np.mean(shares)) if shares else 0.0
