"""Leaves the idf out."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.maximum(lengths, 1e-12)
