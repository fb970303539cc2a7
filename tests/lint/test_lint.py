"""Each rule, on a tiny notebook that breaks it and on one that keeps it."""

import json
from pathlib import Path

import pytest

from groundwork.errors import GroundworkError
from groundwork.lint import Finding, default_paths, lint, measured, print_findings, rows

TITLE = "# 01 · Tents\n\n*About 3 minutes. Needs nothing.*\n\nA customer asks how long she may keep a tent that leaks."
SAYS = "Now we look at what the shop has in store for her today."
RECAP = "## Recap\n\n- A tent is a house."
BYTES = "iVBORw0KGgo="
FIGURE = {"image/png": BYTES, "text/plain": "<Figure size 640x480>"}


def prose(text: str = SAYS) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def stream(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}


def shown(data: dict) -> dict:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def code(source: str = "tents = 2 * 3", *outputs: dict, count: int | None = 1) -> dict:
    return {
        "cell_type": "code", "metadata": {}, "source": source, "execution_count": count, "outputs": list(outputs),
    }  # fmt: skip


def html(markup: str) -> dict:
    return code("show(figure)", shown({"text/html": markup}))


def notebook(*cells: dict, title: str = TITLE, recap: str = RECAP) -> dict:
    filler = prose("word " * 300)  # so that three minutes are about right
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [prose(title), *cells, filler, prose(recap)]}


def found(folder: Path, content: dict, ran: dict | None = None) -> list[Finding]:
    path = folder / "01_tents.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    return lint([path], ran or {})


LONG = "\n".join(["tents = 1"] * 23)
LONG_WITH_COMMENTS = "\n".join(["tents = 1", "# why", ""] * 22)
PRINTS = code("print(leaking / tents)", stream("0.37 of 1,234 tents, 61 % of them dry\n"))
BAD = {
    "cell-length": [code(LONG)],
    "prose, none": [code(), code(count=2)],
    "prose, too few": [prose("## And now\n\nSo:"), code()],
    "alt-text, Markdown": [prose(f"{SAYS} ![](tent.png)")],
    "alt-text, figure": [code("plot()", shown(FIGURE))],
    "alt-text, no alt": [html(f'<img src="data:image/png;base64,{BYTES}">')],
    "alt-text, empty alt": [html('<img src="tent.png" alt=" ">')],
    "alt-text, in prose": [prose(f'{SAYS} <img src="tent.png">')],
    "alt-text, SVG": [html("<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>")],
    "alt-text, SVG alone": [code("plot()", shown({"image/svg+xml": "<svg/>"}))],
    "typed-number": [PRINTS, prose("So a share of 0.37 leaks, which is a lot.")],
    "typed-number, percent": [PRINTS, prose("So 37 % of them leak, which is a lot.")],
    "typed-number, thousands": [PRINTS, prose("We looked at 1234 tents in the store.")],
    "typed-number, a width is no constant": [
        code('print(f"{tents:61}")', stream("61")),
        prose("All 61 tents are dry."),
    ],
    "output-length": [code("print(tents)", stream("tent\n" * 31))],
    "output-length, one line": [code("print(tents)", stream("tent " * 600))],
    "absolute-path": [code("open('/" + "home/ada/tents.csv')")],
    "absolute-path, Windows": [code(r"open('C:\\tents\\all.csv')")],
    "absolute-path, in an output": [code("print(path)", stream("/Users/ada/tents.csv"))],
    "headings, two titles": [prose(f"# Another\n\n{SAYS}")],
    "headings, level skipped": [prose(f"## Tents\n\n#### Poles\n\n{SAYS}")],
    "executed, out of order": [code(count=2)],
    "executed, never": [code(count=None)],
    "executed, error": [code("1 / 0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division"})],
}
GOOD = {
    "cell-length": [code(LONG_WITH_COMMENTS)],
    "prose": [code(), prose(), code(count=2)],
    "alt-text, Markdown": [prose(f"{SAYS} ![a tent in the rain](tent.png)")],
    "alt-text, HTML": [html('<img src="tent.png" width="96" alt="a tent in the rain">')],
    "alt-text, SVG": [html("<svg viewBox='0 0 1 1'><title>a tent</title><path d='M0 0'/></svg>")],
    "typed-number, code and formula": [PRINTS, prose("Try `0.37` and $0.37$ and [it](0.37) instead of that.")],
    "typed-number, heading": [PRINTS, prose(f"## The 1,234 tents\n\n{SAYS}")],
    "typed-number, another number": [PRINTS, prose("So a share of 0.38 leaks, which is a lot.")],
    "typed-number, asserted": [code("assert tents == 61", stream("61")), prose("All 61 tents are dry in the rain.")],
    "typed-number, small": [code("print(tents)", stream("7")), prose("All 7 tents are dry in the rain.")],
    "typed-number, year": [code("print(year)", stream("2024")), prose("The rule of 2024 says so (Douze, 2024).")],
    "typed-number, chapter": [code("print(n)", stream("15")), prose("More of that is in chapters 14 and 15.")],
    "typed-number, a name": [
        code("print(n)", stream("25 384")),
        prose("We use recall@25, BM25 and text-384d, and no more."),
    ],
    "output-length": [code("print(tents)", stream("tent\n" * 30))],
    "absolute-path": [code("open('datasets/home/tents.csv')"), prose("See https://example.org/home/tents or 1/tmp.")],
    "headings": [prose(f"## Tents\n\n### Poles\n\n{SAYS}"), code("# a comment, no title\ntents = 1")],
    "executed": [code(), prose(), code("", count=None), prose(), code(count=2)],
}


@pytest.mark.parametrize("case", BAD)
def test_a_broken_rule_is_reported_by_its_name(case: str, tmp_path: Path) -> None:
    cells = [part for cell in BAD[case] for part in ([cell] if case.startswith("prose") else [prose(), cell])]
    assert {finding.rule for finding in found(tmp_path, notebook(*cells))} == {case.split(",")[0]}


@pytest.mark.parametrize("case", GOOD)
def test_a_rule_that_is_kept_is_not_reported(case: str, tmp_path: Path) -> None:
    assert found(tmp_path, notebook(prose(), *GOOD[case])) == []


def test_a_finding_names_notebook_cell_and_number(tmp_path: Path) -> None:
    cells = [prose(), code("print(n)", stream("25 384")), prose("A vector has 384 numbers in it, all told.")]
    (finding,) = found(tmp_path, notebook(*cells))
    assert (finding.rule, finding.cell, finding.notebook) == ("typed-number", 3, "01_tents")
    assert "384" in finding.message


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        (TITLE.replace("# 01", "## 01"), "headings"),
        (TITLE.replace("# 01", "# 02"), "headings"),
        (TITLE.replace("About 3 minutes", "Some time"), "minutes"),
        (TITLE.replace("3 minutes", "20 minutes"), "minutes"),
    ],
)
def test_the_first_cell_has_the_number_and_fair_minutes(title: str, rule: str, tmp_path: Path) -> None:
    assert {finding.rule for finding in found(tmp_path, notebook(title=title))} == {rule}


def test_minutes_count_what_a_run_took(tmp_path: Path) -> None:
    assert found(tmp_path, notebook(), {"01_tents": 6.0}) == []
    (finding,) = found(tmp_path, notebook(), {"01_tents": 240.0})
    assert finding.rule == "minutes" and "its run took 4.0" in finding.message


@pytest.mark.parametrize("recap", ["## Further\n\nMore of this.", "More of this.", f"{RECAP}\n\n## Further\n\nMore."])
def test_it_ends_with_a_recap(recap: str, tmp_path: Path) -> None:
    assert [finding.rule for finding in found(tmp_path, notebook(recap=recap))] == ["recap"]


def test_records_of_runs_are_read_and_broken_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "01_tents.json").write_text('{"ok": true, "seconds": 12.5}', encoding="utf-8")
    (tmp_path / "02_poles.json").write_text('{"ok": false, "seconds": 3}', encoding="utf-8")
    (tmp_path / "03_ropes.json").write_text('["other"', encoding="utf-8")
    (tmp_path / "04_pegs.json").write_text('["other"]', encoding="utf-8")
    assert measured(tmp_path) == {"01_tents": 12.5}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"cells": [1]}', '{"cells": [{"cell_type": "code"}]}', "\udcff"])
def test_what_is_no_notebook_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.ipynb"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(GroundworkError, match=r"notes\.ipynb"):
        lint([path], {})
    with pytest.raises(GroundworkError, match="can't be read"):
        lint([tmp_path / "none.ipynb"], {})
    with pytest.raises(GroundworkError, match="no notebook to check"):
        lint([], {})


def test_an_empty_notebook_is_a_finding(tmp_path: Path) -> None:
    assert [finding.message for finding in found(tmp_path, {"cells": []})] == ["it has no cells"]


def test_rows_count_findings_and_lines_name_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    findings = found(tmp_path, notebook(prose(), code(), code(count=2)))
    paths = [tmp_path / "01_tents.ipynb"]
    table = {row.name: row for row in rows(paths, findings)}
    assert (table["01_tents: prose"].value, table["01_tents: prose"].ok, table["01_tents: recap"].ok) == (
        1,
        False,
        True,
    )
    assert table["01_tents: prose"].n == 6
    print_findings(paths, findings, Console(width=200))
    said = capsys.readouterr().out
    assert "01_tents cell 3  prose  code follows on code" in said
    assert "1 notebooks, 10 rules: 1 findings." in said


def test_the_course_keeps_its_own_rules() -> None:
    assert lint(default_paths(), {}) == []
