"""Leaves the rows as long as they come out."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    return table * (np.log((1 + len(documents)) / (1 + (table > 0).sum(axis=0))) + 1)
