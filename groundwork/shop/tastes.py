"""Who likes what: the structure that orders and interactions share, and that a recommender can learn.

A customer has a persona (a mix of categories that depends on the region), two favourite families and a price leaning
within families. A product has a popularity with a long tail, and a dozen products are almost unknown.
"""

import datetime
from collections.abc import Sequence
from typing import get_args

from groundwork.shop.dice import Dice
from groundwork.shop.facts import Facts
from groundwork.shop.people import Person
from groundwork.shop.records import Category, Product
from groundwork.shop.wheel import Wheel

CATEGORIES: tuple[Category, ...] = get_args(Category)
PERSONAS = {  # weights of the categories, in their order: tents, sleeping, backpacks, footwear, clothing, electronics …
    "walker": (4, 5, 16, 24, 24, 6, 4, 0, 1, 1, 1),
    "camper": (20, 18, 6, 5, 7, 9, 16, 0, 10, 1, 1),
    "climber": (5, 6, 10, 14, 14, 6, 3, 34, 1, 1, 0),
    "homemaker": (1, 1, 2, 3, 8, 2, 12, 0, 28, 32, 8),
    "gardener": (1, 1, 2, 6, 8, 2, 5, 0, 20, 8, 44),
    "tinkerer": (3, 3, 6, 5, 6, 46, 14, 2, 5, 1, 4),
}
SHARES = {"us": (25, 26, 10, 17, 12, 10), "ca": (28, 24, 10, 14, 8, 16), "uk": (26, 13, 8, 19, 28, 6),
          "eu": (24, 15, 22, 19, 12, 8)}  # fmt: skip
SEASONS = {"tents": (2, 2, 5, 7, 10, 10, 9, 7, 4, 2, 2, 3), "sleeping": (3, 3, 5, 7, 9, 10, 9, 8, 6, 4, 4, 5),
           "garden": (1, 3, 9, 10, 10, 8, 5, 4, 4, 3, 1, 2), "bedding": (10, 7, 5, 4, 4, 4, 4, 5, 7, 9, 10, 10),
           "clothing": (7, 6, 6, 6, 5, 5, 5, 6, 8, 10, 10, 10)}  # fmt: skip
MIXES = {persona: dict(zip(CATEGORIES, mix, strict=True)) for persona, mix in PERSONAS.items()}
QUIET = 12
LEANINGS = {"thrifty": (4, 1), "even": (1, 1), "fine": (1, 4)}  # for the cheaper and the dearer half of a family


class Tastes:
    """The latent side of a world; only its consequences are ever written to a file."""

    def __init__(self, facts: Facts, people: Sequence[Person], products: Sequence[Product]) -> None:
        dice = Dice(facts.seed, "tastes")
        self.products = products
        self.persona: dict[str, str] = {}
        self._leanings: dict[str, str] = {}
        self._favorites: dict[str, tuple[str, str]] = {}
        self._wheels: dict[str, Wheel[Product]] = {}
        self.popular = popularity(products, dice)
        dearer = dear(products)
        self._kinds = {  # weights of the products by persona and leaning
            (persona, leaning): [
                self.popular[product.sku] * (1 + 10 * weight[product.category]) * halves[dearer[product.sku]]
                for product in products
            ]
            for persona, weight in MIXES.items()
            for leaning, halves in LEANINGS.items()
        }
        liked = {persona: Wheel(products, self._kinds[persona, "even"]) for persona in PERSONAS}
        for person in people:
            persona = Wheel(PERSONAS, SHARES[person.customer.region]).spin(dice)
            self.persona[person.customer.id] = persona
            self._leanings[person.customer.id] = Wheel(LEANINGS, (4, 3, 3)).spin(dice)
            self._favorites[person.customer.id] = (liked[persona].spin(dice).family, liked[persona].spin(dice).family)

    def wheel(self, customer: str) -> Wheel[Product]:
        """Products as readily as the customer takes them; those of the favourite families five times as readily."""
        if customer not in self._wheels:
            weights = self._kinds[self.persona[customer], self._leanings[customer]]
            favorites = self._favorites[customer]
            drawn = (
                weight * 5 if product.family in favorites else weight
                for product, weight in zip(self.products, weights, strict=True)
            )
            self._wheels[customer] = Wheel(self.products, drawn)
        return self._wheels[customer]

    def pick(self, customer: str, day: datetime.date, dice: Dice) -> Product:
        """A product that the customer may take on a day: on sale already, and in season more often than out of it."""
        wheel = self.wheel(customer)
        while True:
            product = wheel.spin(dice)
            season = SEASONS.get(product.category)
            if product.launched < day and (season is None or dice.integer(1, 10) <= season[day.month - 1]):
                return product


def popularity(products: Sequence[Product], dice: Dice) -> dict[str, int]:
    """Sku -> weight: about one over the rank, and next to nothing for the quiet ones at the end."""
    order = dice.shuffled(products)
    weights = {product.sku: 9000 // (rank + 8) for rank, product in enumerate(order)}
    return weights | {product.sku: 1 for product in order[-QUIET:]}


def dear(products: Sequence[Product]) -> dict[str, int]:
    """Sku -> 1 if the product is in the dearer half of its family, else 0."""
    prices: dict[str, list[float]] = {}
    for product in products:
        prices.setdefault(product.family, []).append(product.price)
    middle = {family: sorted(values)[len(values) // 2] for family, values in prices.items()}
    return {product.sku: int(product.price >= middle[product.family]) for product in products}
