"""SciPy's distribution by its name."""

from scipy.stats import beta


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    good = []
    for threshold in thresholds:
        rows = confidence >= threshold
        n, k = rows.sum(), (rows & ~right).sum()
        if k < n and beta.ppf(1 - delta / len(thresholds), k + 1, n - k) <= risk:
            good.append(threshold)
    return min(good) if good else None
