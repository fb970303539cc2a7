"""Adds up every outcome that is at least as uneven, both tails by themselves."""

from fractions import Fraction
from math import comb


def mcnemar(ours, theirs):
    one, other = int((ours & ~theirs).sum()), int((~ours & theirs).sum())
    n = one + other
    ways = sum(comb(n, k) for k in range(n + 1) if abs(n - 2 * k) >= abs(one - other))
    return one, other, float(Fraction(ways, 2**n))
