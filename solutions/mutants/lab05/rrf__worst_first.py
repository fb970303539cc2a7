"""Sorts upwards: the worst item comes first."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: pair[1])
