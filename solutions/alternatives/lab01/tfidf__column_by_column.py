"""Fills a table column by column; the idf is written with a difference of logarithms."""

import numpy as np


def tfidf(documents, vocabulary):
    table = np.zeros((len(documents), len(vocabulary)), np.float64)
    for column, word in enumerate(vocabulary):
        counts = np.array([sum(other == word for other in document) for document in documents])
        n = np.count_nonzero(counts)
        table[:, column] = counts * (1 + np.log1p(len(documents)) - np.log1p(n))
    squares = (table**2).sum(1)
    squares[squares == 0] = 1
    return (table.T / np.sqrt(squares)).T
