"""Right, but works on the caller's books."""

import numpy as np


def pq_scores(query, codes, books):
    scores = np.zeros(len(codes))
    for number, (book, part) in enumerate(zip(books, np.split(query, len(books)))):
        book *= part
        table = book.sum(axis=1)
        scores += table[codes[:, number]]
    return scores
