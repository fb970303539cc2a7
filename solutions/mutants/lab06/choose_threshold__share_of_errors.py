"""Compares the share of errors itself with the risk, as if the sample were the world."""

from scipy.special import betaincinv


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    for threshold in sorted(thresholds):
        answered = right[confidence >= threshold]
        n = len(answered)
        wrong = n - int(answered.sum())
        bound = 1.0 if wrong == n else wrong / n
        if bound <= risk:
            return threshold
    return None
