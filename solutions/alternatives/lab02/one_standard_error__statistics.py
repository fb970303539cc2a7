"""The standard library, on lists."""

import statistics


def one_standard_error(strengths, scores):
    rows = [list(map(float, row)) for row in scores]
    best = max(rows, key=statistics.fmean)
    error = statistics.stdev(best) / len(best) ** 0.5 if len(best) > 1 else 0.0
    limit = statistics.fmean(best) - error
    return min(one for one, row in zip(strengths, rows) if statistics.fmean(row) >= limit)
