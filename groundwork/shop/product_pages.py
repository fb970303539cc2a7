"""The catalogue's pages: every specification stated in a sentence that is its evidence, then care and reviews."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import jinja2

from groundwork.shop.catalogue import fact_path, shown
from groundwork.shop.catalogue_data import Family, Shelf, common, families, stem
from groundwork.shop.dice import Dice
from groundwork.shop.facts import Facts
from groundwork.shop.pages import Page, finish
from groundwork.shop.records import Product
from groundwork.shop.render import CLOSE, OPEN, Head, Rendered

TEMPLATE = Path(__file__).parent / "templates" / "product.md"


def pages(products: Sequence[Product], facts: Facts) -> list[Page]:
    """A Markdown page for each product, in their order, with evidence for every fact `product.<sku>.<attribute>`."""
    lines: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        lines[line_of(product)].append(product)
    return [finish(page(product, lines[line_of(product)], facts.seed), facts, []) for product in products]


def line_of(product: Product) -> str:
    """What the variants of a line share: their family and the stem of their names."""
    return f"{product.family}/{stem(product.name, families()[product.family][1])}"


def page_id(product: Product) -> str:
    """`Larkfell 2 tent` -> `product-larkfell-2-tent`."""
    return "product-" + re.sub(r"[^a-z0-9]+", "-", product.name.lower()).strip("-")


def page(product: Product, line: Sequence[Product], seed: int) -> Rendered:
    """A product's page, marked; `line` are the products that share its first name."""
    shelf, family = families()[product.family]
    dice = Dice(seed, "page", product.sku)
    stated = {name: mark(product, shelf, family, name, dice) for name in stating_order(product, dice)}
    body = template().render(
        introduction=" ".join(introduction(product, shelf, family, dice)),
        layout=dice.integer(1, 3),
        specs=[stated[name] for name in stated if name in product.specs],
        stated=stated,
        headings={name: dice.pick(choices) for name, choices in common().headings.items()},
        care=fill(dice.pick(common().care[family.care]), product),
        warranty=fill(dice.pick(shelf.warranty_says), product),
        siblings=siblings(product, line, dice),
        reviews=product.reviews,
    )
    attribute = {sentence: name for name, sentence in stated.items()}
    order = (attribute[sentence] for sentence in re.findall(f"{OPEN}[^{CLOSE}]*{CLOSE}", body))
    return Rendered(head(product), body, tuple((fact_path(product.sku, name),) for name in order))


def head(product: Product) -> Head:
    """The page's front matter."""
    return Head(
        id=page_id(product),
        title=product.name,
        kind="product",
        effective_from=product.launched.isoformat(),
        topic=product.category,
    )


def stating_order(product: Product, dice: Dice) -> list[str]:
    """The attributes as the page states them: specifications in an order of its own, then price, colors, sizes."""
    return [*dice.shuffled(list(product.specs)), *(name for name in shown(product) if name not in product.specs)]


def mark(product: Product, shelf: Shelf, family: Family, name: str, dice: Dice) -> str:
    """The sentence that states an attribute, between mark characters."""
    ways = family.says.get(name) or shelf.says.get(name) or getattr(common(), name)
    sentence = fill(dice.pick(ways), product).replace("{value}", shown(product)[name])
    return f"{OPEN}{sentence[0].upper()}{sentence[1:]}{CLOSE}"


def introduction(product: Product, shelf: Shelf, family: Family, dice: Dice) -> Iterator[str]:
    """What the product is for, what sets its family apart, how it is used, and whose design it is."""
    brand = common().own_brand if product.own_brand else common().other_brand
    for ways in (family.opens, family.details, family.uses or shelf.uses, brand):
        yield fill(dice.pick(ways), product)


def siblings(product: Product, line: Sequence[Product], dice: Dice) -> str:
    """A sentence that leads to the other variants of the line; none where there are none."""
    others = [f"[{other.name}](doc:{page_id(other)})" for other in line if other.sku != product.sku]
    return fill(dice.pick(common().siblings), product).replace("{others}", " and ".join(others)) if others else ""


def fill(text: str, product: Product) -> str:
    """A sentence with the product's name, or its first name, put in."""
    return text.replace("{name}", product.name).replace("{stem}", stem(product.name, families()[product.family][1]))


@functools.cache
def template() -> jinja2.Template:
    """The page's template; it holds Markdown, so nothing is escaped: reviews are shown as they were typed."""
    engine = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return engine.from_string(TEMPLATE.read_text(encoding="utf-8"))
