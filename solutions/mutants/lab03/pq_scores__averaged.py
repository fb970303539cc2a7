"""Averages over the parts."""

import numpy as np


def pq_scores(query, codes, books):
    scores = np.zeros(len(codes))
    for number, (book, part) in enumerate(zip(books, np.split(query, len(books)))):
        table = book @ part
        scores += table[codes[:, number]]
    return scores / len(books)
