"""Gives a question without true neighbours full marks."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        right = set(best[:k]) - {-1}
        shares.append(len(right & set(rows[:k])) / len(right) if right else 1.0)
    return float(np.mean(shares)) if shares else 0.0
