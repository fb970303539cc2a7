"""Compares by cosine: pieces are scaled to length 1 first."""

import numpy as np


def pq_encode(vectors, books):
    columns = []
    for part, book in zip(np.split(vectors, len(books), axis=1), books):
        away = -(part @ (book / np.linalg.norm(book, axis=1, keepdims=True)).T)
        columns.append(away.argmin(axis=1))
    return np.stack(columns, axis=1)
