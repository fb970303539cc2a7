"""Divides the errors by all questions, the unanswered included."""

from scipy.special import betaincinv


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    for threshold in sorted(thresholds):
        answered = right[confidence >= threshold]
        wrong = len(answered) - int(answered.sum())
        n = len(right)
        bound = 1.0 if wrong == n else betaincinv(wrong + 1, n - wrong, 1 - delta / len(thresholds))
        if bound <= risk:
            return threshold
    return None
