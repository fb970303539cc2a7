"""The same weight written as one quotient, and a document scored by a function of its own."""

import math


def bm25(query, documents, k1=1.2, b=0.75):
    size = len(documents)
    average = sum(len(document) for document in documents) / size if size else 0

    def weight(word):
        n = len([document for document in documents if word in document])
        return math.log((size + 1) / (n + 0.5))

    def score(document):
        shared = [word for word in set(query) if word in document]
        counts = {word: document.count(word) for word in shared}
        ratio = len(document) / average if average else 1
        return sum(weight(w) * counts[w] / (counts[w] + k1 * ((1 - b) + b * ratio)) for w in shared)

    return tuple(score(document) for document in documents)
