"""Counts a tie as a find."""


def probe(scores):
    if not len(scores):
        return 0.0
    return float((scores[:, [0, 1], [0, 1]] >= scores[:, [0, 1], [1, 0]]).all(axis=1).mean())
