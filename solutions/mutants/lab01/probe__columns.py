"""Compares the two questions for one passage, not the two passages for one question."""


def probe(scores):
    if not len(scores):
        return 0.0
    first = scores[:, 0, 0] > scores[:, 1, 0]
    second = scores[:, 1, 1] > scores[:, 0, 1]
    return float((first & second).mean())
