"""Counts one tail only."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = sum(math.comb(n, k) for k in range(min(one, other) + 1)) / 2**n
    return one, other, p
