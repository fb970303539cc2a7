"""Divides the cost of wrong routes by the number of those sent, and adds the share of questions."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = (wrong[sent & ~right].mean() if (sent & ~right).any() else 0) * (sent & ~right).sum() / max(
            sent.sum(), 1
        ) + asking * (~sent).sum() / max(len(sent), 1)
        if cost <= least:
            best, least = at, cost
    return best
