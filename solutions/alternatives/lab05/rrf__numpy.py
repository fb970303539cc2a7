"""NumPy scores, and a stable argsort."""

import numpy as np


def rrf(rankings, k=60):
    items = list(dict.fromkeys(item for ranking in rankings for item in ranking))
    scores = np.zeros(len(items))
    for ranking in rankings:
        rows = [items.index(item) for item in ranking]
        scores[rows] += 1 / (k + np.arange(1, len(ranking) + 1))
    return [(items[row], scores[row]) for row in np.argsort(-scores, kind="stable")]
