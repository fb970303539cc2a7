"""Uses ln(N / n) + 1 without the ones inside."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.array([[document.count(word) for word in vocabulary] for document in documents], float)
    table = table * (np.log(len(documents) / np.maximum((table > 0).sum(axis=0), 1)) + 1)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
