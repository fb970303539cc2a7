"""Right, but sorts the caller's thresholds."""

import numpy as np


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    thresholds.sort(reverse=True)
    return min(thresholds, key=lambda at: np.where(confidence >= at, np.where(right, 0.0, wrong), asking).sum())
