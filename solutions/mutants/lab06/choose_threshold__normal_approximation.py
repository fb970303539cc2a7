"""Takes the textbook's interval, which is too narrow for small shares."""

from scipy.special import ndtri


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    for threshold in sorted(thresholds):
        answered = right[confidence >= threshold]
        n = len(answered)
        wrong = n - int(answered.sum())
        bound = (
            1.0
            if wrong == n
            else wrong / n + ndtri(1 - delta / len(thresholds)) * (wrong / n * (1 - wrong / n) / n) ** 0.5
        )
        if bound <= risk:
            return threshold
    return None
