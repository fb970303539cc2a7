"""Counts places from 0, so that the first place earns 1 / k."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking):
            scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
