"""Sums logarithms of chances, message by message for the counts."""

import math


def mcnemar(ours, theirs):
    pairs = list(zip(ours.tolist(), theirs.tolist()))
    one, other = pairs.count((True, False)), pairs.count((False, True))
    n, low = one + other, min(one, other)
    if one == other:
        return one, other, 1.0
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(low + 1)]
    return one, other, min(1, 2 * math.fsum(map(math.exp, logs)))
