"""SciPy's distances, into a table of 32-bit numbers."""

import numpy as np
from scipy.spatial.distance import cdist


def pq_encode(vectors, books):
    width = books.shape[2]
    codes = np.zeros((len(vectors), len(books)), dtype=np.int32)
    for number, book in enumerate(books):
        codes[:, number] = cdist(vectors[:, number * width :][:, :width], book).argmin(axis=1)
    return codes
