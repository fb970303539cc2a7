"""Multiplies powers of one half, which are 0 for a thousand coins."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = min(1.0, 2 * sum(math.comb(n, k) * (0.5**n if n < 1000 else 0) for k in range(min(one, other) + 1)))
    return one, other, p
