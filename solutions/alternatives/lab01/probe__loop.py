"""Pair by pair."""


def probe(scores):
    found = 0
    for (a, b), (c, d) in scores:
        if a > b and d > c:
            found += 1
    return found / max(len(scores), 1)
