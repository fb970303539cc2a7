"""Sorts the vocabulary, and with it the columns."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in sorted(vocabulary)] for document in documents], float)
    table = table * (np.log((1 + len(documents)) / (1 + (table > 0).sum(axis=0))) + 1)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
