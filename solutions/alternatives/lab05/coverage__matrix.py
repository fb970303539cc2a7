"""A matrix of which passage has which word, times the weights."""

import numpy as np


def coverage(question, passages, idf):
    words = list(dict.fromkeys(question))
    if not words or not passages:
        return np.zeros(len(passages))
    weights = np.array([idf.get(word, max(idf.values(), default=1)) for word in words], float)
    table = np.array([[word in passage for word in words] for passage in passages], float)
    return table @ weights / weights.sum()
