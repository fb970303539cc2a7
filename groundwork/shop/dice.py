"""Draws that are the same on every platform and Python: only `random.Random.random()`, whose sequence Python promises.

`choice`, `shuffle` and `gauss` of the standard library may change between versions; the few draws the shop needs are
therefore built on uniform numbers here. Each named purpose has its own stream, so that adding one changes no other.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of draws for one purpose: `Dice(7, "orders")` never depends on what `Dice(7, "tickets")` drew."""

    def __init__(self, seed: int, *purpose: object) -> None:
        self._random = random.Random("/".join(str(part) for part in (seed, *purpose)))  # noqa: S311 - a world, no secret

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._random.random()

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._random.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the other."""
        return items[int(self._random.random() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of the items, as likely as its weight."""
        mark = self._random.random() * added(weights)
        for item, weight in zip(items, weights, strict=True):
            mark -= weight
            if mark < 0:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a new order (Fisher-Yates)."""
        deck = list(items)
        for last in range(len(deck) - 1, 0, -1):
            other = int(self._random.random() * (last + 1))
            deck[last], deck[other] = deck[other], deck[last]
        return deck

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in a random order."""
        return self.shuffled(items)[:count]

    def bell(self, mean: float, deviation: float) -> float:
        """About normal: the sum of twelve uniform numbers; no function that rounds differently elsewhere."""
        return mean + deviation * (added([self._random.random() for _ in range(12)]) - 6.0)


def added(numbers: Sequence[float]) -> float:
    """A sum from left to right: since Python 3.12 `sum` compensates for rounding and may differ in the last digit."""
    total = 0.0
    for number in numbers:
        total += number
    return total
