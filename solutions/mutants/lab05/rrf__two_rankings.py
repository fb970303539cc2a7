"""Unpacks exactly two rankings, as in the lecture."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings[:2]:
        for place, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
