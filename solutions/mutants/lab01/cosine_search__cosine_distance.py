"""Returns one minus the cosine, smallest first."""

import numpy as np


def cosine_search(query, vectors, k=5):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    distances = 1 - vectors @ query / np.maximum(lengths, 1e-12)
    return [(int(row), float(distances[row])) for row in np.argsort(distances)[:k]]
