"""Counts a pair as soon as one of its questions finds its passage."""


def probe(scores):
    if not len(scores):
        return 0.0
    return float((scores[:, [0, 1], [0, 1]] > scores[:, [0, 1], [1, 0]]).any(axis=1).mean())
