"""Asks whether so few errors would be improbable at the risk itself; needs no inverse."""

import numpy as np
from scipy.special import bdtr


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    chance = delta / len(thresholds)
    best = None
    for threshold in thresholds:
        kept = np.asarray(right)[np.asarray(confidence) >= threshold]
        if len(kept) and bdtr(int(np.sum(~kept)), len(kept), risk) <= chance:
            best = threshold if best is None else min(best, threshold)
    return best
