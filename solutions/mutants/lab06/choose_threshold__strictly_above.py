"""Answers only above the threshold, not at it."""

from scipy.special import betaincinv


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    for threshold in sorted(thresholds):
        answered = right[confidence > threshold]
        n = len(answered)
        wrong = n - int(answered.sum())
        bound = 1.0 if wrong == n else betaincinv(wrong + 1, n - wrong, 1 - delta / len(thresholds))
        if bound <= risk:
            return threshold
    return None
