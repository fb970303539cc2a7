"""Rows: what was promised decides whether a value is fine, and what is written can be read by a program."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from groundwork.evaluation.rows import Row, print_rows, write_rows


@pytest.mark.parametrize(
    ("bar", "ok"),
    [
        (">= 3", True),
        (">= 3.5", False),
        ("<= 3", True),
        ("<= 2.9", False),
        ("low > 2", True),
        ("low > 2.5", False),
        ("", None),
    ],
)
def test_the_bar_decides(bar: str, ok: bool | None) -> None:
    assert Row("speed", 3.0, "x", 2.5, 3.5, 9, "NumPy", bar).ok is ok


def test_a_promise_on_the_interval_needs_one() -> None:
    assert Row("gain", 3.0, "", bar="low > 0").ok is False


def test_rows_are_written_as_the_design_says(tmp_path: Path) -> None:
    write_rows([Row("speed", 3.0, "x", bar=">= 3")], tmp_path / "new" / "rows.json")
    (row,) = json.loads((tmp_path / "new" / "rows.json").read_text(encoding="utf-8"))
    assert set(row) == {"name", "value", "low", "high", "n", "unit", "baseline", "bar", "ok"}
    assert row["ok"] is True


def test_the_table_shows_ticks_and_crosses() -> None:
    console = Console(record=True, width=120)
    print_rows([Row("good", 3.0, "x", bar=">= 3"), Row("bad", 1.0, "x", bar=">= 3")], "Title", console)
    shown = console.export_text()
    assert "✓" in shown
    assert "✗" in shown
