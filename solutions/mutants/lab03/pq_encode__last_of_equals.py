"""Takes the later one of two equally near pieces."""

import numpy as np


def pq_encode(vectors, books):
    columns = []
    for part, book in zip(np.split(vectors, len(books), axis=1), books):
        away = ((part[:, None] - book) ** 2).sum(axis=2)
        columns.append(away.shape[1] - 1 - away[:, ::-1].argmin(axis=1))
    return np.stack(columns, axis=1)
