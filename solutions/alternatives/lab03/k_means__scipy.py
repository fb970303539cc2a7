"""SciPy's distances, and np.add.at for the sums."""

import numpy as np
from scipy.spatial.distance import cdist


def k_means(vectors, centres, rounds=10):
    centres = np.asarray(centres, float)
    for _ in range(rounds):
        nearest = cdist(vectors, centres, "sqeuclidean").argmin(axis=1)
        sums, sizes = np.zeros_like(centres), np.bincount(nearest, minlength=len(centres))
        np.add.at(sums, nearest, vectors)
        centres = np.array([s / n if n else c for s, n, c in zip(sums, sizes, centres)])
    return centres
