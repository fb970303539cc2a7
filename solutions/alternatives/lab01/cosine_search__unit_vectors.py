"""Scales everything to length 1 first, then multiplies."""

import numpy as np


def cosine_search(query, vectors, k=5):
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-300)
    direction = query / max(np.linalg.norm(query), 1e-300)
    cosines = unit @ direction
    order = sorted(range(len(vectors)), key=lambda row: cosines[row], reverse=True)
    return [[row, cosines[row]] for row in order[:k]]
