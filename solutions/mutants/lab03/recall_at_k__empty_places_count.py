"""Counts -1 as a row that both sides have."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        right = set(best[:k])
        if right:
            shares.append(len(right & set(rows[:k])) / len(right))
    return float(np.mean(shares)) if shares else 0.0
