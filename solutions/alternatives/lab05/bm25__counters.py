"""A counter for each document and one for document frequencies."""

from collections import Counter
from math import log


def bm25(query, documents, k1=1.2, b=0.75):
    bags = [Counter(document) for document in documents]
    frequency = Counter(word for bag in bags for word in bag)
    total = sum(bag.total() for bag in bags)
    scores = []
    for bag in bags:
        length = bag.total() * len(bags) / total if total else 0
        score = 0.0
        for word in set(query) & bag.keys():
            n = frequency[word]
            score += log(1 + (len(bags) - n + 0.5) / (n + 0.5)) * bag[word] / (bag[word] + k1 * (1 - b + b * length))
        scores.append(score)
    return scores
