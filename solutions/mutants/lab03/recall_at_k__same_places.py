"""Wants the true neighbours in their very places."""

import numpy as np


def recall_at_k(found, truth, k=10):
    shares = []
    for rows, best in zip(found, truth):
        right = set(best[:k]) - {-1}
        if right:
            shares.append(
                sum(one == other and one != -1 for one, other in zip(list(rows[:k]), list(best[:k]))) / len(right)
            )
    return float(np.mean(shares)) if shares else 0.0
