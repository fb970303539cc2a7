"""Returns a percentage."""


def probe(scores):
    if not len(scores):
        return 0.0
    return 100 * float((scores[:, [0, 1], [0, 1]] > scores[:, [0, 1], [1, 0]]).all(axis=1).mean())
