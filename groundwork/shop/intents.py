"""The hand-written messages of customers: an intent a TOML file in `data/intents`, words for all in `_words.toml`."""

import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from groundwork.errors import GroundworkError
from groundwork.shop.records import Category, Region

DATA = Path(__file__).parent / "data" / "intents"
SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")  # {product} or, of one category, {product:tents}
M = TypeVar("M", bound=BaseModel)


class IntentError(GroundworkError):
    """A file of utterances that cannot be used; names the file."""

    exit_code = 2


def as_lines(value: object) -> object:
    """A block of text as its lines that are not blank."""
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(as_lines)]


class Part(BaseModel):
    """Immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Intent(Part):
    """What customers want, in their words.

    `share` is its weight in the mix, `share_late` in the last six weeks, when also `late` lines are used: `late_share`
    per cent of the messages. `days` is how old the order is, `statuses` and `categories` say which orders it can be.
    """

    name: str
    share: int
    share_late: int
    urgency: Literal["low", "normal", "high"]
    about: Literal["order", "shop"]
    days: tuple[int, int] = (2, 120)
    statuses: tuple[str, ...] = ("processing", "shipped", "delivered", "returned")
    categories: tuple[Category, ...] = ()
    confused_with: tuple[str, ...]
    asides: Lines
    utterances: Lines
    late: Lines = ()
    late_share: int = 20


class Words(Part):
    """What customers put around what they want."""

    urgent: tuple[str, ...]
    calm: tuple[str, ...]
    greetings: Lines
    closings: Lines
    before: Lines
    after: Lines
    reminders: Lines
    personal: Lines
    foreign_openings: Lines
    emoji: tuple[str, ...]
    emberline: tuple[str, ...]
    courier: str
    towns: dict[Region, tuple[str, ...]]
    slang: dict[str, str]
    foreign: dict[str, str]


def read(path: Path, kind: type[M], **extra: str) -> M:
    """A data file as a checked model. Raises IntentError naming the file."""
    try:
        return kind.model_validate(extra | tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise IntentError(f"{path} cannot be used: {error}") from None


@functools.cache
def intents() -> dict[str, Intent]:
    """Every intent by its name, in the order of the names."""
    paths = sorted(path for path in DATA.glob("*.toml") if not path.name.startswith("_"))
    found = {path.stem: read(path, Intent, name=path.stem) for path in paths}
    for name, intent in found.items():
        unknown = sorted(set(intent.confused_with) - set(found) | {name} & set(intent.confused_with))
        if unknown:
            raise IntentError(f"{DATA / name}.toml: confused_with names {unknown}, no other intent's file.")
    return found


@functools.cache
def words() -> Words:
    """The words around the messages."""
    return read(DATA / "_words.toml", Words)


def slots(text: str) -> Iterator[tuple[str, str]]:
    """Each slot's name and category (or ""): `("product", "tents")`."""
    return ((match[1], match[2] or "") for match in SLOT.finditer(text))
