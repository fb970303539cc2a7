"""Takes the cosine without its sign, so that the opposite is as near as the same."""

import numpy as np


def cosine_search(query, vectors, k=5):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    cosines = np.abs(vectors @ query) / np.maximum(lengths, 1e-12)
    return [(int(row), float(cosines[row])) for row in np.argsort(-cosines)[:k]]
