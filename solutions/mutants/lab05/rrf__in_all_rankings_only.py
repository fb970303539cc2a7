"""Keeps only the items that every ranking holds."""


def rrf(rankings, k=60):
    common = set.intersection(*map(set, rankings)) if rankings else set()
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, start=1):
            if item in common:
                scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
