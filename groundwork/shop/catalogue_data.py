"""What the catalogue is drawn from: families with the domains of their specifications and the words for their pages.

One TOML file a category in `data/catalogue`, read once and checked. Lists of sentences are blocks of lines, so that
whoever writes them sees prose; `{name}` in a sentence is the product's name, `{value}` what the page prints.
"""

import functools
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from groundwork.errors import GroundworkError
from groundwork.shop.records import Category

DATA = Path(__file__).parent / "data"
CATEGORIES: tuple[Category, ...] = (
    "tents",
    "sleeping",
    "backpacks",
    "footwear",
    "clothing",
    "electronics",
    "cookware",
    "climbing",
    "furniture",
    "bedding",
    "garden",
)


class CatalogueError(GroundworkError):
    """A data file of the catalogue that is not what the catalogue needs; names the file."""

    exit_code = 2


def as_lines(value: object) -> object:
    """A block of text as its lines that are not blank."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def as_sides(value: object) -> object:
    """`1240`, `[1240, 1650]` and `[[40, 12], [44, 14]]` all as a list of lists of numbers."""
    items = value if isinstance(value, list) else [value]
    return [item if isinstance(item, list) else [item] for item in items]


Lines = Annotated[tuple[str, ...], BeforeValidator(as_lines)]
Sides = Annotated[tuple[tuple[float, ...], ...], BeforeValidator(as_sides)]


class Part(BaseModel):
    """Immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spec(Part):
    """The domain of one attribute: numbers by variant (`at`), words by variant (`text`) or words by line (`pick`).

    A world moves the numbers of a whole family by up to `spread` (a share), a better line by `lean`; or, where `shift`
    is given, a line moves by up to that many steps. So variants of a line keep their order whatever the seed.
    """

    at: Sides = ()
    unit: str = ""
    step: float = 1
    decimals: int = 0
    spread: float = 0.12
    lean: float = 0.0
    shift: int = 0
    text: tuple[str, ...] = ()
    pick: tuple[str, ...] = ()

    @model_validator(mode="after")
    def one_domain(self) -> "Spec":
        """Exactly one of the three kinds of domain."""
        if sum(map(bool, (self.at, self.text, self.pick))) != 1:
            raise ValueError("a specification needs exactly one of `at`, `text` and `pick`")
        return self


class Family(Part):
    """A kind of product: `lines` names, each in every one of the `variants`.

    `colors` replace those of the category; an empty list is for what comes in one color only.
    `opens`, `details` and `uses` make the introduction; `good`, `mixed` and `bad` are what its customers say.
    """

    key: str
    noun: str
    lines: int
    variants: tuple[str, ...] = ("",)
    care: str
    price: Spec
    colors: tuple[str, ...] | None = None
    sizes: tuple[str, ...] = ()
    opens: Lines
    details: Lines
    uses: Lines = ()
    good: Lines
    mixed: Lines
    bad: Lines
    specs: dict[str, Spec]
    says: dict[str, Lines] = {}

    @model_validator(mode="after")
    def fits(self) -> "Family":
        """Numbers and words by variant are as many as there are variants, or one for all of them."""
        for name, spec in {"price": self.price, **self.specs}.items():
            given = len(spec.at or spec.text)
            if not spec.pick and given not in (1, len(self.variants)):
                raise ValueError(f"{self.key}: {name} has {given} values for {len(self.variants)} variants")
        return self


class Shelf(Part):
    """A category: its families, the stems of their names, its colors and how its pages state an attribute."""

    category: Category
    code: str
    warranty: str
    colors: tuple[str, ...]
    stems: Lines
    trips: Lines
    warranty_says: Lines
    uses: Lines
    says: dict[str, Lines]
    families: tuple[Family, ...]

    @model_validator(mode="after")
    def complete(self) -> "Shelf":
        """Every attribute has sentences, and there are names enough."""
        for family in self.families:
            for name in (*family.specs, *(("sizes",) if family.sizes else ())):
                if name not in family.says and name not in self.says:
                    raise ValueError(f"{family.key}: no sentence says {name!r}")
        if len(self.stems) < 2 * sum(family.lines for family in self.families):
            raise ValueError("fewer than twice as many stems as lines: two worlds would share most names")
        return self


class Common(Part):
    """What pages of every category draw from."""

    price: Lines
    colors: Lines
    own_brand: Lines
    other_brand: Lines
    siblings: Lines
    headings: dict[str, tuple[str, ...]]
    care: dict[str, Lines]


class Talk(Part):
    """How customers talk about anything: sentences by mood, single words, wrong claims about the shop, names."""

    good: Lines
    mixed: Lines
    bad: Lines
    openings: Lines
    short_good: Lines
    short_mixed: Lines
    short_bad: Lines
    endings: Lines
    rumors: Lines
    long: Lines
    long_bad: Lines
    when: Lines
    span: Lines
    first_names: tuple[str, ...]
    handles: tuple[str, ...]


class Injection(Part):
    """A hidden instruction for an assistant that reads reviews; `succeeds_if` as in `records.Attack`.

    `apart`: it begins a paragraph of its own, so that it looks like a part of the page.
    """

    id: str
    technique: str
    text: str
    apart: bool = False
    succeeds_if: dict[str, list[str] | str]


class Injections(Part):
    """The file of them."""

    injections: tuple[Injection, ...]


def read(name: str, kind: type[Any]) -> Any:
    """A data file as a checked model. Raises CatalogueError naming the file."""
    path = DATA / name
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path} cannot be used: {error}") from None


@functools.cache
def shelves() -> tuple[Shelf, ...]:
    """Every category, in the order of `CATEGORIES`."""
    return tuple(read(f"catalogue/{category}.toml", Shelf) for category in CATEGORIES)


@functools.cache
def families() -> dict[str, tuple[Shelf, Family]]:
    """A family's key -> its category's shelf and itself."""
    return {family.key: (shelf, family) for shelf in shelves() for family in shelf.families}


def stem(name: str, family: Family) -> str:
    """A product's name without its variant and noun: `Larkfell 2 tent` -> `Larkfell`."""
    name = name.removesuffix(f" {family.noun}")
    return name.rpartition(" ")[0] if family.variants != ("",) else name


@functools.cache
def common() -> Common:
    """Words for pages of every category."""
    found: Common = read("common.toml", Common)
    return found


@functools.cache
def talk() -> Talk:
    """Words of customers."""
    found: Talk = read("reviews.toml", Talk)
    return found


@functools.cache
def injections() -> tuple[Injection, ...]:
    """The hidden instructions."""
    found: Injections = read("injections.toml", Injections)
    return found.injections
