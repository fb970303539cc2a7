"""Compares the two accuracies as if they came from different messages."""

import math


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    n = one + other
    p = (
        math.erfc(abs(ours.mean() - theirs.mean()) / math.sqrt(2 * (ours.var() + theirs.var()) / len(ours)))
        if n
        else 1.0
    )
    return one, other, p
