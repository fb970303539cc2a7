"""Keeps an item's last contribution and forgets the others."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, start=1):
            scores[item] = 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
