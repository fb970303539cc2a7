"""Uses the chi-squared approximation."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = math.erfc(math.sqrt((one - other) ** 2 / n / 2)) if n else 1.0
    return one, other, p
