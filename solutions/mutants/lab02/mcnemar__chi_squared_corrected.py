"""Uses the chi-squared approximation with a correction for continuity."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = math.erfc(math.sqrt(max(abs(one - other) - 1, 0) ** 2 / n / 2)) if n else 1.0
    return one, other, p
