"""Forgets the length of the document: K is k1 everywhere."""

import math


def bm25(query, documents, k1=1.2, b=0.75):
    scores = [0.0] * len(documents)
    for word in set(query):
        n = sum(word in document for document in documents)
        idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        for row, document in enumerate(documents):
            f = document.count(word)
            scores[row] += idf * f / (f + k1)
    return scores
