"""Asks only whether ours is better."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = sum(math.comb(n, k) for k in range(other + 1)) / 2**n
    return one, other, p
