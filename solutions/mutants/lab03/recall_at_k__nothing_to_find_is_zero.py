"""Gives a question without true neighbours a share of 0."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        right = set(best[:k]) - {-1}
        shares.append(len(right & set(rows[:k])) / max(len(right), 1))
    return float(np.mean(shares)) if shares else 0.0
