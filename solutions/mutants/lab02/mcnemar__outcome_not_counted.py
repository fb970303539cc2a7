"""Leaves the outcome itself out of the tail."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = min(1.0, 2 * sum(math.comb(n, k) for k in range(min(one, other))) / 2**n)
    return one, other, p
