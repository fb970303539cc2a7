"""A reported claim as a row, and a table of rows: what `bench` and `evaluate` print and write.

Every verb that reports takes `--json FILE` and writes these rows, so that any claim can be checked by a program.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from groundwork.files import write_text


@dataclass(frozen=True)
class Row:
    """One claim. `low` and `high` bound a 95 % interval (or the range over runs); `bar` is what was promised.

    `bar` reads ">= 3", "<= 10", or "low > 0" where the whole interval must lie above; `ok` is derived from it, and
    None where nothing was promised.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None
    baseline: str = ""
    bar: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the value meets the bar."""
        if not self.bar:
            return None
        sign, limit = self.bar.rsplit(maxsplit=1)
        if sign == "low >":
            return self.low is not None and self.low > float(limit)
        return self.value >= float(limit) if sign == ">=" else self.value <= float(limit)

    def as_dict(self) -> dict[str, object]:
        """The row as design.md's `{name, value, low, high, n, unit, baseline, bar, ok}`."""
        return asdict(self) | {"ok": self.ok}


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write rows as a JSON list."""
    write_text(path, json.dumps([row.as_dict() for row in rows], indent=1, ensure_ascii=False) + "\n")


def print_rows(rows: Iterable[Row], title: str, console: Console | None = None) -> None:
    """Print rows as a table, with a tick or a cross where a bar was promised."""
    table = Table(title=title)
    for name in ("what", "value", "95 % / range", "n", "against", "bar", ""):
        table.add_column(name, justify="left" if name in ("what", "against") else "right")
    for row in rows:
        interval = "" if row.low is None or row.high is None else f"{row.low:.3g} to {row.high:.3g}"
        mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: ""}[row.ok]
        table.add_row(row.name, f"{row.value:.3g} {row.unit}", interval, str(row.n or ""), row.baseline, row.bar, mark)
    (console or Console()).print(table)
