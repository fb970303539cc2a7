"""Right, but takes the items off the caller's rankings one by one."""


def rrf(rankings, k=60):
    scores = {}
    for ranking in rankings:
        place = 0
        while ranking:
            place += 1
            item = ranking.pop(0)
            scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])
