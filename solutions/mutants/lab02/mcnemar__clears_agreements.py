"""Right, but strikes out the messages on which both are right in the caller's arrays."""

import math


def mcnemar(ours, theirs):
    both = ours & theirs
    ours[both] = False
    theirs[both] = False
    one, other = int(ours.sum()), int(theirs.sum())
    ways = sum(math.comb(one + other, k) for k in range(min(one, other) + 1))
    return one, other, min(1.0, 2 * ways / 2 ** (one + other))
