"""Returns the pieces, spelled out, in place of their numbers."""

import numpy as np


def pq_encode(vectors, books):
    columns = []
    for part, book in zip(np.split(vectors, len(books), axis=1), books):
        away = ((part[:, None] - book) ** 2).sum(axis=2)
        columns.append(book[away.argmin(axis=1)])
    return np.concatenate(columns, axis=1)
