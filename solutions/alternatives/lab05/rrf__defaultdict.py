"""A defaultdict, and the sort in its own statement."""

from collections import defaultdict


def rrf(rankings, k=60):
    scores = defaultdict(float)
    for ranking in rankings:
        for place in range(len(ranking)):
            scores[ranking[place]] += 1.0 / (k + 1 + place)
    pairs = list(scores.items())
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs
