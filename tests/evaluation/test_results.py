"""README's table is what was measured and stored, nothing else."""

from pathlib import Path

import pytest

from groundwork.evaluation.results import BEGIN, END, README, ResultsError, publish, table
from groundwork.evaluation.rows import Row


def test_readme_shows_the_stored_results_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0] == f"\n{table()}"


def test_publishing_replaces_the_table_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n", encoding="utf-8")
    publish("a", [Row("good", 0.91, "", 0.9, 0.92, 7, bar=">= 0.9"), Row("no promise", 1, "")], tmp_path / "r", readme)
    publish("b", [Row("slow", 4.0, "s", bar="<= 3")], tmp_path / "r", readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"above\n{BEGIN}\n") and text.endswith(f"{END}\nbelow\n")
    assert "| good | 0.91 | 0.9 to 0.92 | 7 | >= 0.9 | kept |" in text
    assert "| slow | 4 s |  |  | <= 3 | **not kept** |" in text
    assert "no promise" not in text and "old" not in text


def test_a_readme_without_a_place_for_the_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ResultsError, match="needs one line"):
        publish("a", [], tmp_path / "r", tmp_path / "README.md")
