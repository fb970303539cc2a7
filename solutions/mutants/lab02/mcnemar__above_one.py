"""Doubles the tail and never cuts at 1."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = 2 * sum(math.comb(n, k) for k in range(min(one, other) + 1)) / 2**n
    return one, other, p
