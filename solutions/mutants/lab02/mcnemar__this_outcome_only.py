"""Takes the chance of exactly this outcome."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = min(1.0, 2 * math.comb(n, min(one, other)) / 2**n)
    return one, other, p
