"""Squeezes the result, so that a single vector's score is no list any more."""

import numpy as np


def pq_scores(query, codes, books):
    scores = np.zeros(len(codes))
    for number, (book, part) in enumerate(zip(books, np.split(query, len(books)))):
        table = book @ part
        scores += table[codes[:, number]]
    return scores.squeeze()
