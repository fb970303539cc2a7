"""One minus the share that is missing."""

from statistics import fmean


def recall_at_k(found, truth, k=10):
    missing = []
    for rows, best in zip(found, truth):
        wanted = dict.fromkeys(int(row) for row in best[:k] if row >= 0)
        if len(wanted) > 0:
            seen = {int(row) for row in rows[:k]}
            missing.append(len([row for row in wanted if row not in seen]) / len(wanted))
    return 1 - fmean(missing) if missing else 0.0
