"""About 280 facts drawn from a seed: the truth that every document, question and answer of the shop agrees with."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from pydantic import model_validator

from groundwork.shop.facts import inside, policies, regions, services
from groundwork.shop.facts.domain import Section, Value, show

__all__ = ["FactInfo", "Facts", "Section", "Value"]


@dataclass(frozen=True)
class FactInfo:
    """One fact's declaration: `path` such as `returns.tents_days`, its meaning, unit and domain."""

    path: str
    meaning: str
    unit: str
    choices: tuple[Value, ...]
    past: bool


class Facts(Section):
    """One consistent world of facts. `Facts.draw(seed)` draws it; `value`, `shown` and `before` read it by path."""

    seed: int
    company: inside.Company
    returns: policies.Returns
    shipping: policies.Shipping
    warranty: policies.Warranty
    orders: policies.Orders
    payments: policies.Payments
    price_match: policies.PriceMatch
    privacy: policies.Privacy
    membership: services.Membership
    gift_cards: services.GiftCards
    repairs: services.Repairs
    rental: services.Rental
    trade_in: services.TradeIn
    furniture: services.Furniture
    hazmat: services.Hazmat
    trade: services.Trade
    classes: services.Classes
    community: services.Community
    planet: services.Planet
    us: regions.Region
    ca: regions.Region
    uk: regions.Region
    eu: regions.Region
    support: inside.Support
    staff: inside.Staff
    dates: inside.Dates
    past: Mapping[str, Value]

    @classmethod
    def draw(cls, seed: int) -> Self:
        """Draw a world. The same seed gives the same facts everywhere; a new fact changes no other.

        Raises TypeError if the seed is not a whole number.
        """
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise TypeError(f"a seed is a whole number, not {seed!r} ({type(seed).__name__})")
        values: dict[str, dict[str, Value]] = {}
        past: dict[str, Value] = {}
        for info in declared():
            section, name = info.path.split(".")
            value = pick(info.choices, seed, info.path)
            values.setdefault(section, {})[name] = value
            if info.past:
                past[info.path] = pick([c for c in info.choices if c != value], seed, info.path, "past")
        return cls.model_validate({"seed": seed, "past": past, **values})

    def value(self, path: str) -> Value:
        """The current value of a fact. Raises KeyError for a path that is no fact."""
        section, _, name = path.partition(".")
        try:
            value: Value = getattr(getattr(self, section), name)
        except AttributeError:
            raise KeyError(path) from None
        return value

    def shown(self, path: str) -> str:
        """A fact as documents print it; `past.returns.tents_days` is the value before the last change."""
        if path.startswith("past."):
            info = INFO[path.removeprefix("past.")]
            return show(info.path, info.unit, self.past[info.path])
        return show(path, INFO[path].unit, self.value(path))

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """What must hold in any world, whatever the domains become."""
        for region in (self.us, self.ca, self.uk, self.eu):
            if not region.express_hours < 24 * region.standard_min < 24 * region.standard_max:
                raise ValueError(f"express must be faster than standard: {region!r}")
            if region.express_fee <= region.standard_fee:
                raise ValueError(f"express must cost more than standard: {region!r}")
        for path, old in self.past.items():
            if old == self.value(path):
                raise ValueError(f"the superseded value of {path} must differ from {old!r}")
        for name in type(self.dates).model_fields:
            if not name.endswith("_old") and getattr(self.dates, f"{name}_old") >= getattr(self.dates, name):
                raise ValueError(f"the rule before {name} must be older than the rule in force")
        return self


def pick(choices: tuple[Value, ...] | list[Value], seed: int, *purpose: str) -> Value:
    """One of the choices, by a hash of the seed and the purpose: no generator whose stream could change."""
    digest = hashlib.sha256("/".join((str(seed), *purpose)).encode()).digest()
    return choices[int.from_bytes(digest[:8], "big") % len(choices)]


def declared() -> Iterator[FactInfo]:
    """Every fact's declaration, in the order of the model."""
    for section, field in Facts.model_fields.items():
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Section)):
            continue
        for name, declaration in field.annotation.model_fields.items():
            extra = declaration.json_schema_extra
            if isinstance(extra, dict):
                choices: tuple[Value, ...] = tuple(extra["choices"])  # type: ignore[arg-type]
                yield FactInfo(
                    f"{section}.{name}", declaration.description or "", str(extra["unit"]), choices, bool(extra["past"])
                )


INFO = {info.path: info for info in declared()}
