"""Divides by zero for a document without a known word; everything else is right."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    table = table * (np.log((1 + len(documents)) / (1 + (table > 0).sum(axis=0))) + 1)
    with np.errstate(invalid="ignore"):
        return table / np.linalg.norm(table, axis=1, keepdims=True)
