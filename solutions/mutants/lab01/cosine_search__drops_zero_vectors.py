"""Leaves vectors of length zero out of the ranking."""

import numpy as np


def cosine_search(query, vectors, k=5):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    cosines = vectors @ query / np.maximum(lengths, 1e-12)
    order = [row for row in np.argsort(-cosines) if lengths[row] > 0][:k]
    return [(int(row), float(cosines[row])) for row in order]
