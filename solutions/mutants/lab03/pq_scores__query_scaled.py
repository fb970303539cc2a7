"""Scales the query to length 1: the order is right, the scores are not."""

import numpy as np


def pq_scores(query, codes, books):
    scores = np.zeros(len(codes))
    query = query / np.linalg.norm(query)
    for number, (book, part) in enumerate(zip(books, np.split(query, len(books)))):
        table = book @ part
        scores += table[codes[:, number]]
    return scores
