"""Scikit-learn's dcg_score, with scores that put the items in the ranking's order."""

import numpy as np
from sklearn.metrics import dcg_score


def ndcg(ranking, relevant, k=10):
    ranking = list(dict.fromkeys(ranking))
    if not any(relevant.values()):
        return 0.0

    def value(grades):
        padded = np.array([[*grades, 0, 0]], float)
        return dcg_score(padded, -np.arange(padded.shape[1])[None].astype(float), k=k)

    grades = [relevant.get(item, 0) for item in ranking]
    return float(value(grades) / value(sorted(relevant.values(), reverse=True)))
