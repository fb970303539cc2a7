"""400 invented customers: no name is a person's, no address exists, no number rings (`data/people.toml` says why)."""

import datetime
import functools
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwork.shop.dice import Dice
from groundwork.shop.facts import Facts
from groundwork.shop.records import Customer, Region
from groundwork.shop.rules import DAY, NOW, REGIONS
from groundwork.shop.wheel import Wheel

COUNT = 400
SHARES = (45, 22, 20, 13)  # percent of the customers in each of REGIONS
MEMBERS = 45  # percent
OPENED, LAST_JOINED = datetime.date(2018, 4, 3), datetime.date(2026, 8, 31)
LETTERS = "ABCEGHJKLMNPRSTVWXY"
SPELLED = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "'": "", " ": "", "-": ""})


@dataclass(frozen=True)
class Person:
    """A customer with what only the books need: how eagerly they buy, and since when they are a member."""

    customer: Customer
    eagerness: int
    member_since: datetime.date | None


@functools.cache
def words() -> dict[str, Any]:
    """The names and numbers of the data file."""
    return tomllib.loads((Path(__file__).parent / "data" / "people.toml").read_text(encoding="utf-8"))


def draw(facts: Facts) -> tuple[Person, ...]:
    """Everybody, in the order of their ids. Who buys a lot is more often a member; a few buy very much."""
    dice = Dice(facts.seed, "people")
    regions = Wheel(REGIONS, SHARES)
    where = [regions.spin(dice) for _ in range(COUNT)]
    names = {region: unused_names(region, dice) for region in REGIONS}
    phones = {region: unused_phones(region, dice) for region in REGIONS}
    ranks = dice.shuffled(range(COUNT))
    return tuple(
        person(place + 1, region, next(names[region]), next(phones[region]), ranks[place], dice)
        for place, region in enumerate(where)
    )


def person(number: int, region: Region, name: tuple[str, str], phone: str, rank: int, dice: Dice) -> Person:
    """One customer; rank 0 buys most."""
    joined = OPENED + dice.integer(0, (LAST_JOINED - OPENED).days) * DAY
    member = dice.chance((MEMBERS + (35 if rank < COUNT // 5 else -9)) / 100)
    since = joined + dice.integer(0, (NOW.date() - joined).days - 1) * dice.integer(0, 1) * DAY if member else None
    customer = Customer(
        id=f"C{number:04}",
        name=" ".join(name),
        email=email(name, number, dice),
        phone=phone,
        region=region,
        address=address(region, dice),
        joined=joined,
        member=member,
        birth_year=min(joined.year - 19, 1942 + sum(dice.integer(0, 21) for _ in range(3))),
    )
    return Person(customer, 12000 // (rank + 11), since)


def unused_names(region: Region, dice: Dice) -> Iterator[tuple[str, str]]:
    """First and last names of a region, each pair once."""
    pairs = [(first, last) for first in words()[region]["first"] for last in words()[region]["last"]]
    yield from dice.shuffled(pairs)


def unused_phones(region: Region, dice: Dice) -> Iterator[str]:
    """Numbers of the region's reserved ranges, each once."""
    every = [f"{stem}{place:0{width}}" for stem, width in words()[region]["phones"] for place in range(10**width)]
    yield from dice.shuffled(every)


def email(name: tuple[str, str], number: int, dice: Dice) -> str:
    """An address of a reserved domain (RFC 2606) in plain letters; some carry a number, all differ."""
    first, last = (plain(part) for part in name)
    styles = (f"{first}.{last}", f"{first[0]}.{last}{number}", f"{last}.{first}", f"{first}{last}{number}")
    return f"{dice.pick(styles)}@{dice.pick(words()['mail'])}"


def plain(text: str) -> str:
    """`Élodie` -> `elodie`."""
    spread = unicodedata.normalize("NFKD", text.translate(SPELLED))
    return "".join(letter for letter in spread if letter.isascii()).lower()


def address(region: Region, dice: Dice) -> str:
    """One line, in the order of the region."""
    town, code = dice.pick(words()[region]["towns"])
    filled = "".join(
        str(dice.integer(0, 9)) if sign == "#" else dice.pick(LETTERS) if sign == "?" else sign for sign in code
    )
    parts = {"street": dice.pick(words()[region]["streets"]), "number": dice.integer(1, 180), "town": town}
    line: str = words()[region]["address"].format(code=filled, **parts)
    return line
