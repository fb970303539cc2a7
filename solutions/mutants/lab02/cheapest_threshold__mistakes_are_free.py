"""Counts the asking only, so that sending everything is best."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = (~sent).sum() * asking
        if cost <= least:
            best, least = at, cost
    return best
