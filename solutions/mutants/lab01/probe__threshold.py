"""Calls everything above 0.5 a find, whatever the other passage scores."""


def probe(scores):
    if not len(scores):
        return 0.0
    return float(((scores[:, 0, 0] > 0.5) & (scores[:, 1, 1] > 0.5)).mean())
