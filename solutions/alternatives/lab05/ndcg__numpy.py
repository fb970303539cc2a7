"""Grades and discounts as arrays."""

import numpy as np


def ndcg(ranking, relevant, k=10):
    unique = list(dict.fromkeys(ranking))[:k]
    gains = np.array([relevant.get(item, 0) for item in unique], float)
    best = np.sort(np.array(list(relevant.values()), float))[::-1][:k]
    discounts = np.log2(np.arange(2, k + 2))
    ideal = (best / discounts[: len(best)]).sum()
    return (gains / discounts[: len(gains)]).sum() / ideal if ideal > 0 else 0
