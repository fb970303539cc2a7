"""Counts a needless question like a wrong route."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = (sent != right).sum()
        if cost <= least:
            best, least = at, cost
    return best
