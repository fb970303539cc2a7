"""Adds up the pair: one question that is very sure outvotes its twin."""


def probe(scores):
    if not len(scores):
        return 0.0
    own = scores[:, 0, 0] + scores[:, 1, 1]
    other = scores[:, 0, 1] + scores[:, 1, 0]
    return float((own > other).mean())
