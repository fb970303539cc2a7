"""Counts how often each is right."""

import math


def mcnemar(ours, theirs):
    one, other = int(ours.sum()), int(theirs.sum())
    n = one + other
    p = min(1.0, 2 * sum(math.comb(n, k) for k in range(min(one, other) + 1)) / 2**n)
    return one, other, p
