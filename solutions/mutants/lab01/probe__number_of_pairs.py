"""Returns how many pairs, not which share."""


def probe(scores):
    return float((scores[:, [0, 1], [0, 1]] > scores[:, [0, 1], [1, 0]]).all(axis=1).sum())
