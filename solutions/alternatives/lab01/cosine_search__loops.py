"""Plain loops over plain numbers."""

import math


def cosine_search(query, vectors, k=5):
    def length(vector):
        return math.sqrt(sum(float(x) ** 2 for x in vector))

    found = []
    for row, vector in enumerate(vectors):
        product = sum(float(a) * float(b) for a, b in zip(query, vector))
        both = length(query) * length(vector)
        found.append((product / both if both else 0.0, row))
    found.sort(reverse=True)
    return [(row, cosine) for cosine, row in found[:k]]
