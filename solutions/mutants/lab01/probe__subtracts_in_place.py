"""Right, but subtracts within the caller's scores."""


def probe(scores):
    if not len(scores):
        return 0.0
    scores[:, 0, 0] -= scores[:, 0, 1]
    scores[:, 1, 1] -= scores[:, 1, 0]
    return float(((scores[:, 0, 0] > 0) & (scores[:, 1, 1] > 0)).mean())
