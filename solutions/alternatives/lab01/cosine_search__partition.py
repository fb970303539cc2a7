"""Finds the best k first and sorts only these."""

import numpy as np


def cosine_search(query, vectors, k=5):
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors)) * np.sqrt(query @ query)
    cosines = np.zeros(len(vectors))
    np.divide(vectors @ query, lengths, out=cosines, where=lengths > 0)
    k = min(k, len(vectors))
    best = np.argpartition(-cosines, k - 1)[:k] if k else np.array([], int)
    best = best[np.argsort(-cosines[best])]
    return tuple(zip(best.tolist(), cosines[best].tolist()))
