"""Forgets the 1 beside the errors: the bound of one error fewer."""

from scipy.special import betaincinv


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    for threshold in sorted(thresholds):
        answered = right[confidence >= threshold]
        n = len(answered)
        wrong = n - int(answered.sum())
        bound = 1.0 if wrong == n else betaincinv(max(wrong, 1e-9), n - wrong + 1, 1 - delta / len(thresholds))
        if bound <= risk:
            return threshold
    return None
