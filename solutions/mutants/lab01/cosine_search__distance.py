"""Ranks by distance and returns it."""

import numpy as np


def cosine_search(query, vectors, k=5):
    distances = np.linalg.norm(vectors - query, axis=1)
    return [(int(row), float(distances[row])) for row in np.argsort(distances)[:k]]
