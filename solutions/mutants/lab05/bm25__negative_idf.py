"""Leaves out the `1 +` in the logarithm, so that a word of most documents counts against them."""

import math


def bm25(query, documents, k1=1.2, b=0.75):
    if not documents:
        return []
    average = sum(map(len, documents)) / len(documents) or 1
    scores = []
    for document in documents:
        score = 0.0
        for word in set(query):
            n = sum(word in other for other in documents)
            idf = math.log((len(documents) - n + 0.5) / (n + 0.5))
            f = document.count(word)
            score += idf * f / (f + k1 * (1 - b + b * len(document) / average))
        scores.append(score)
    return scores
