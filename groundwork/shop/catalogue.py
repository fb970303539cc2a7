"""The catalogue: about 260 products of 50 families, drawn from a seed, consistent within every family.

A family has lines ("Larkfell") and variants ("2"): all variants of a line are of the same cloth and move together, so a
three-person tent weighs more than the one-person tent of its line in every world.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwork.shop import reviews
from groundwork.shop.catalogue_data import Family, Injection, Shelf, Spec, injections, shelves
from groundwork.shop.dice import Dice
from groundwork.shop.facts import Facts
from groundwork.shop.facts.domain import show_money
from groundwork.shop.records import Product

__all__ = ["INJECTIONS", "Injection", "draw", "fact_path", "product_facts", "shown"]

INJECTIONS = injections()
FIRST_LAUNCH, LAUNCH_DAYS = datetime.date(2021, 2, 1), 1940  # the last launch is in May 2026
OWN_BRAND = 0.65
MAKER = "maker"  # the warranty class of what its maker judges, which is never our own make


@dataclass(frozen=True)
class Line:
    """What the variants of a name share. `quality` runs from -1 (plain) to 1 (the best): lighter, and dearer."""

    stem: str
    place: int
    quality: float
    colors: tuple[str, ...]
    sizes: tuple[str, ...]
    own_brand: bool
    launched: datetime.date


def draw(facts: Facts) -> tuple[Product, ...]:
    """Every product of a world with its reviews, category by category; the same for the same seed everywhere."""
    bare = [product for shelf in shelves() for product in stock(shelf, facts.seed)]
    chosen = Dice(facts.seed, "catalogue", "injections").sample(bare, len(INJECTIONS))
    carried = {product.sku: injection for product, injection in zip(chosen, INJECTIONS, strict=True)}
    return tuple(
        product.model_copy(update={"reviews": reviews.write(product, facts.seed, carried.get(product.sku))})
        for product in bare
    )


def product_facts(products: Sequence[Product]) -> dict[str, str]:
    """Fact path (`product.AW-TN-2041.packed_size`) -> the value as the product's page prints it."""
    return {fact_path(product.sku, name): value for product in products for name, value in shown(product).items()}


def fact_path(sku: str, attribute: str) -> str:
    """The path of a product's fact: `("AW-TN-2041", "packed size")` -> `product.AW-TN-2041.packed_size`."""
    return f"product.{sku}.{attribute.replace(' ', '_')}"


def shown(product: Product) -> dict[str, str]:
    """All values that a product's page states, as printed: specifications, then price, colors and sizes."""
    rows = product.specs | {"price": show_money(product.price, "$")}
    if product.colors:
        rows["colors"] = listed(product.colors)
    if product.sizes:
        rows["sizes"] = sizes_shown(product.sizes)
    return rows


def listed(items: Sequence[str]) -> str:
    """`("red", "green", "blue")` -> `red, green and blue`."""
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else items[0]


def sizes_shown(sizes: Sequence[str]) -> str:
    """Sizes that are numbers as their range, others one by one."""
    return f"{sizes[0]} to {sizes[-1]}" if len(sizes) > 1 and sizes[0].isdigit() else listed(sizes)


def stock(shelf: Shelf, seed: int) -> Iterator[Product]:
    """The products of a category, without reviews."""
    dice = Dice(seed, "catalogue", shelf.category)
    stems = dice.shuffled(shelf.stems)
    number = dice.integer(1100, 7000)
    for family in shelf.families:
        for line in lines(family, shelf, [stems.pop() for _ in range(family.lines)], seed):
            columns = {name: column(name, spec, family, line, seed) for name, spec in family.specs.items()}
            prices = money(family, line, seed)
            for place, variant in enumerate(family.variants):
                number += dice.integer(1, 19)
                yield Product(
                    sku=f"AW-{shelf.code}-{number}",
                    name=" ".join(filter(None, (line.stem, variant, family.noun))),
                    family=family.key,
                    category=shelf.category,
                    price=prices[place],
                    colors=line.colors,
                    sizes=line.sizes,
                    specs={name: values[place] for name, values in columns.items()},
                    care=family.care,
                    warranty_class=shelf.warranty,
                    own_brand=line.own_brand,
                    launched=line.launched,
                    reviews=(),
                )


def lines(family: Family, shelf: Shelf, stems: Sequence[str], seed: int) -> Iterator[Line]:
    """The lines of a family; their qualities are spread over the whole scale, so that no two are the same."""
    dice = Dice(seed, "catalogue", family.key)
    palette = shelf.colors if family.colors is None else family.colors
    for place, stem in zip(dice.shuffled(range(len(stems))), stems, strict=True):
        yield Line(
            stem=stem,
            place=place,
            quality=2 * (place + dice.uniform(0.2, 0.8)) / len(stems) - 1,
            colors=tuple(dice.sample(palette, min(len(palette), dice.integer(1, 3)))),
            sizes=some_sizes(family.sizes, dice),
            own_brand=dice.chance(OWN_BRAND) and shelf.warranty != MAKER,
            launched=FIRST_LAUNCH + datetime.timedelta(days=dice.integer(0, LAUNCH_DAYS)),
        )


def some_sizes(sizes: Sequence[str], dice: Dice) -> tuple[str, ...]:
    """A run of the sizes: one or the other end may be missing."""
    if len(sizes) < 5:
        return tuple(sizes)
    return tuple(sizes[dice.integer(0, 1) : len(sizes) - dice.integer(0, 1)])


def column(name: str, spec: Spec, family: Family, line: Line, seed: int) -> list[str]:
    """An attribute's printed values, one a variant."""
    count = len(family.variants)
    if spec.pick:
        deck = Dice(seed, "catalogue", family.key, name).shuffled(spec.pick)
        return [deck[line.place % len(deck)]] * count
    if spec.text:
        return list(spec.text) if len(spec.text) > 1 else list(spec.text) * count
    values = [printed(spec, sides) for sides in numbers(name, spec, family, line, seed)]
    return values if len(values) == count else values * count


def numbers(name: str, spec: Spec, family: Family, line: Line, seed: int) -> list[list[int]]:
    """An attribute's numbers by variant, in steps: all moved by the same factor (or shift), so their order stays."""
    whole = Dice(seed, "catalogue", family.key, name).uniform(-1, 1)
    dice = Dice(seed, "catalogue", family.key, name, line.place)
    if spec.shift:
        moved = dice.integer(-spec.shift, spec.shift)
        return [[round(side / spec.step) + moved for side in sides] for sides in spec.at]
    jitter = 0.02 if spec.lean or len(family.variants) > 1 else 0.08
    factor = (1 + spec.spread * whole) * (1 + spec.lean * line.quality) * (1 + jitter * dice.uniform(-1, 1))
    return [[max(1, round(side * factor / spec.step)) for side in sides] for sides in spec.at]


def printed(spec: Spec, steps: Sequence[int]) -> str:
    """Numbers with their unit: `1,850 g`, `44 × 14 cm`, `-5 °C`."""
    text = " × ".join(f"{count * spec.step:,.{spec.decimals}f}" for count in steps)
    if spec.step == 0.5:
        text = text.replace(".0", "")
    return f"{text} {spec.unit}".strip()


def money(family: Family, line: Line, seed: int) -> list[float]:
    """Prices by variant in dollars, in the style of the line: whole, or a few cents below."""
    below = Dice(seed, "catalogue", family.key, "cents", line.place).pick((0, 0, 5, 5, 50))
    dollars = [steps[0] for steps in numbers("price", family.price, family, line, seed)]
    rounded = [5 * round(price / 5) - 1 if price >= 100 else price for price in dollars]
    return [(100 * price - below) / 100 for price in rounded]
