"""Right, but scales the caller's vectors to length 1 in place."""

import numpy as np


def cosine_search(query, vectors, k=5):
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = vectors @ query / max(np.linalg.norm(query), 1e-12)
    return [(int(row), float(cosines[row])) for row in np.argsort(-cosines)[:k]]
