"""The results that README shows: rows that `course.py evaluate … --publish` stored, as a table, never typed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from groundwork.errors import GroundworkError
from groundwork.evaluation.rows import Row, write_rows
from groundwork.files import write_text
from groundwork.paths import DATASETS, ROOT

STORED, README = DATASETS / "results", ROOT / "README.md"
BEGIN, END = "<!-- results: written by course.py evaluate … --publish -->", "<!-- end of results -->"


class ResultsError(GroundworkError):
    """A README without the place for its table."""


def publish(name: str, rows: Iterable[Row], stored: Path = STORED, readme: Path = README) -> None:
    """Store rows as `name`.json, and write README's table anew from all that is stored."""
    write_rows(rows, stored / f"{name}.json")
    text = readme.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ResultsError(f"{readme} needs one line {BEGIN!r} and, below it, one line {END!r}.")
    before, rest = text.split(BEGIN)
    write_text(readme, f"{before}{BEGIN}\n{table(stored)}{END}{rest.split(END)[1]}")


def table(stored: Path = STORED) -> str:
    """Markdown of the stored rows that promise something, with their intervals and whether the promise is kept."""
    lines = ["", "| measured | value | 95 % interval | n | promised | |", "| --- | --: | --: | --: | --: | --- |"]
    for path in sorted(stored.glob("*.json")):
        lines += [line(row) for row in json.loads(path.read_text(encoding="utf-8")) if row["bar"]]
    return "\n".join([*lines, "", ""])


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    interval = "" if row["low"] is None else f"{row['low']:.3g} to {row['high']:.3g}"
    kept = "kept" if row["ok"] else "**not kept**"
    value = f"{row['value']:.3g} {row['unit']}".strip()
    return f"| {row['name']} | {value} | {interval} | {row['n'] or ''} | {row['bar']} | {kept} |"
