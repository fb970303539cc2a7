"""Adds the cost of asking for the sent messages as well."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = asking * len(sent) + wrong[sent & ~right].sum()
        if cost <= least:
            best, least = at, cost
    return best
