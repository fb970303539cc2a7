"""Takes the mean cost of a mistake for every mistake."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    best, least = None, np.inf
    for at in sorted(thresholds):
        sent = confidence >= at
        cost = (~sent).sum() * asking + (sent & ~right).sum() * (wrong.mean() if len(wrong) else 0)
        if cost <= least:
            best, least = at, cost
    return best
