"""Counts the cost of the right routes."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = np.where(sent, np.where(right, wrong, 0.0), asking).sum()
        if cost <= least:
            best, least = at, cost
    return best
