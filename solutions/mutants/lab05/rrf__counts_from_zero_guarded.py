"""Counts places from 0 and helps itself where that would divide by zero."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking):
            scores[item] = scores.get(item, 0.0) + 1 / max(k + place, 1)
    return sorted(scores.items(), key=lambda pair: -pair[1])
