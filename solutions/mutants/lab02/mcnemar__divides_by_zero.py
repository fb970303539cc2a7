"""Divides by the number of differences, also where there are none."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = math.erfc(abs(one / n - 0.5) * math.sqrt(2 * n))
    return one, other, p
