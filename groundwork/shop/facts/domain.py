"""How a fact is declared and shown: what it means, its unit, its plausible values, and whether it once was another."""

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Value = int | float | str | datetime.date
CURRENCY = {"us": "$", "ca": "C$", "uk": "£", "eu": "€"}


class Section(BaseModel):
    """A group of facts; immutable, and a value outside a fact's domain is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def fact(meaning: str, unit: str, *choices: Value, past: bool = False) -> Any:
    """Declare a fact: its meaning for people, its unit (days, usd …), its domain; `past` if it has changed once."""
    extra: dict[str, Any] = {"unit": unit, "choices": list(choices), "past": past}
    return Field(description=meaning, json_schema_extra=extra)


def day(year: int, month: int, number: int) -> datetime.date:
    """A date of the domain."""
    return datetime.date(year, month, number)


def show_date(date: datetime.date) -> str:
    """`1 March 2026`, without the zero that strftime adds."""
    return f"{date.day} {date.strftime('%B')} {date.year}"


def show_money(amount: float, sign: str) -> str:
    """`$6.50`, `$60`, `$2,500`: cents only where there are any."""
    return f"{sign}{amount:,.2f}" if amount % 1 else f"{sign}{int(amount):,}"


def show(path: str, unit: str, value: Value) -> str:
    """A fact's value as a document prints it; the reader's unit word (days, kg) stands in the text around it."""
    if isinstance(value, datetime.date):
        return show_date(value)
    if unit in ("usd", "local") and isinstance(value, int | float):
        return show_money(value, CURRENCY[path.split(".")[0]] if unit == "local" else "$")
    if unit == "percent":
        return f"{value:g}%" if isinstance(value, float) else f"{value}%"
    return f"{value:,}" if isinstance(value, int) and unit != "year" else str(value)
