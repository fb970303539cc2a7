"""Weighted picks in bulk: the weights are added up once, and each pick is one draw and one search."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from groundwork.shop.dice import Dice

T = TypeVar("T")


class Wheel(Generic[T]):
    """Items that come up as often as their weights say; weights are whole numbers, whose sums are the same anywhere."""

    def __init__(self, items: Iterable[T], weights: Iterable[int]) -> None:
        self.items: Sequence[T] = tuple(items)
        self._marks = list(accumulate(weights))

    def spin(self, dice: Dice) -> T:
        """One item."""
        return self.items[bisect_right(self._marks, dice.integer(0, self._marks[-1] - 1))]
