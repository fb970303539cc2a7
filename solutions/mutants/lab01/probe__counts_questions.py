"""Counts questions: a search that ignores the point gets half of them."""


def probe(scores):
    if not len(scores):
        return 0.0
    return float((scores[:, [0, 1], [0, 1]] > scores[:, [0, 1], [1, 0]]).mean())
