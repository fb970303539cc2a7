"""Looks at the first question of each pair and forgets its twin."""


def probe(scores):
    if not len(scores):
        return 0.0
    return float((scores[:, 0, 0] > scores[:, 0, 1]).mean())
