"""Bisects the binomial distribution, in plain Python."""

import math


def tail(wrong, n, p):
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log(1 - p)
        for k in range(wrong + 1)
    ]
    return sum(math.exp(each) for each in logs)


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    cases = list(zip(confidence.tolist(), right.tolist()))
    for threshold in sorted(thresholds):
        outcomes = [ok for sure, ok in cases if sure >= threshold]
        wrong, n = outcomes.count(False), len(outcomes)
        if wrong == n:
            continue
        low, high = 0.0, 1.0
        while high - low > 1e-9:
            middle = (low + high) / 2
            low, high = (middle, high) if tail(wrong, n, middle) > delta / len(thresholds) else (low, middle)
        if high <= risk:
            return threshold
    return None
