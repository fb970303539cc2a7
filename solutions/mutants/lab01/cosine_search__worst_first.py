"""Forgets that argsort sorts upwards."""

import numpy as np


def cosine_search(query, vectors, k=5):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    cosines = vectors @ query / np.maximum(lengths, 1e-12)
    return [(int(row), float(cosines[row])) for row in np.argsort(cosines)[:k]]
