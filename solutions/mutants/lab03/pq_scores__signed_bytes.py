"""Reads bytes as signed numbers, so that 200 becomes -56."""

import numpy as np


def pq_scores(query, codes, books):
    scores = np.zeros(len(codes))
    for number, (book, part) in enumerate(zip(books, np.split(query, len(books)))):
        table = book @ part
        scores += table[codes[:, number].astype(np.int8)]
    return scores
