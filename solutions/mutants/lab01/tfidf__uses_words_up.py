"""Right, but counts by taking words out of the caller's documents."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.zeros((len(documents), len(vocabulary)))
    for row, document in enumerate(documents):
        while document:
            word = document.pop()
            if word in vocabulary:
                table[row, vocabulary.index(word)] += 1
    table = table * (np.log((1 + len(documents)) / (1 + (table > 0).sum(axis=0))) + 1)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
