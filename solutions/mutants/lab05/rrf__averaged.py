"""Averages over the rankings where it should add up."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + place) / len(rankings)
    return sorted(scores.items(), key=lambda pair: -pair[1])
