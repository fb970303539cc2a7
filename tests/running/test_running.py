"""The course as one job, on chapters of a few cells: order, failures, resuming, interrupts, headlines, the report."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from groundwork.errors import GroundworkError
from groundwork.lab import jupyter_environment, kernels_of_the_course, lab_arguments, require_kernel
from groundwork.paths import ROOT
from groundwork.running import rows, run_course
from groundwork.running.chapters import Chapter, Headline, ground, parse, select

COUNTED = "from pathlib import Path\nlog = Path('log.txt')\nwith log.open('a') as file: file.write('{name} ')"
FIGURE = "print('much else')\nprint('Headline: recall@5 of the <toy> 0.90 [0.85, 0.94], n = 1,200')"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def chapter(folder: Path, name: str, *sources: str, tag: str = "headline") -> Path:
    """Write a notebook that notes in `log.txt` that it ran, followed by the cells given."""
    cells = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": f"# {name} · Toy"}]
    for number, source in enumerate((COUNTED.format(name=name), *sources)):
        cell = {"cell_type": "code", "id": f"c{number}", "metadata": {"tags": [tag] if number else []}}
        cells.append(cell | {"source": source, "execution_count": None, "outputs": []})
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": cells}), "utf-8")
    return path


def log(folder: Path) -> list[str]:
    return (folder / "notebooks" / "log.txt").read_text(encoding="utf-8").split()


def course(folder: Path, **options: object) -> tuple[list, str]:
    """Run the course in `folder`; returns the outcomes and what was printed."""
    console = Console(width=200, record=True, file=(folder / "said.txt").open("w", encoding="utf-8"))
    outcomes = run_course(console=console, notebooks=folder / "notebooks", folder=folder / "run", **options)
    console.file.close()
    return outcomes, console.export_text()


@pytest.mark.slow
def test_a_failed_chapter_is_reported_with_its_cell_and_the_rest_goes_on(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    chapter(notebooks, "01_first", FIGURE)
    chapter(notebooks, "02_second", "'fine'", "raise ValueError('the <tent> leaks')", "'never'")
    chapter(notebooks, "03_third", "import os; os._exit(3)")
    chapter(notebooks, "04_fourth", "'fine'")
    outcomes, said = course(tmp_path)
    assert log(tmp_path) == ["01_first", "02_second", "03_third", "04_fourth"]
    assert [outcome.ok for outcome in outcomes] == [True, False, False, True]
    second, third = outcomes[1].failure, outcomes[2].failure
    assert (second.cell, second.error, second.message) == (3, "ValueError", "the <tent> leaks")
    assert (third.cell, third.error) == (2, "DeadKernelError")
    assert outcomes[0].headline == Headline("recall@5 of the <toy>", 0.9, 0.85, 0.94, 1200, "")
    assert "02_second failed in cell 3: ValueError: the <tent> leaks" in said
    assert re.search(r"01_first +│ +[\d.]+ │ recall@5 of the <toy> +│ +0.9 │ +0.85 to 0.94 │ +1200 │", said)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "the &lt;tent&gt; leaks" in page and "recall@5 of the &lt;toy&gt;" in page and "2 of 4 chapters" in page
    for link in re.findall('href="([^"]+)"', page):
        assert "Toy" in (tmp_path / "run" / link).read_text(encoding="utf-8")
    stored = json.loads((tmp_path / "run" / "02_second.ipynb").read_text(encoding="utf-8"))
    assert any(output["output_type"] == "error" for cell in stored["cells"] for output in cell.get("outputs", []))
    table = {row.name: row for row in rows(outcomes)}
    assert [table[f"{name}: ran to its end"].ok for name in ("01_first", "02_second")] == [True, False]
    figure = table["01_first: recall@5 of the <toy>"]
    assert (figure.value, figure.low, figure.high, figure.n) == (0.9, 0.85, 0.94, 1200)


@pytest.mark.slow
def test_only_what_changed_or_failed_is_run_again(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    chapter(notebooks, "01_first", FIGURE)
    chapter(notebooks, "02_second", "1 / 0")
    first = course(tmp_path)[0]
    again, said = course(tmp_path)
    assert log(tmp_path) == ["01_first", "02_second", "02_second"]
    assert again[0] == first[0] and "01_first: unchanged" in said
    chapter(notebooks, "01_first", FIGURE.replace("0.90", "0.91"))
    assert course(tmp_path, only="01")[0][0].headline.value == 0.91
    assert log(tmp_path)[3:] == ["01_first"]
    course(tmp_path, only="01", fresh=True)
    assert log(tmp_path)[3:] == ["01_first"] * 2
    (tmp_path / "run" / "01_first.html").unlink()
    course(tmp_path, only="01")
    (tmp_path / "run" / "01_first.json").write_text("{", encoding="utf-8")
    course(tmp_path, only="01")
    assert log(tmp_path)[3:] == ["01_first"] * 4


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT can be sent to one process on Windows")
def test_an_interrupt_leaves_what_was_done_and_nothing_half_written(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    chapter(notebooks, "01_first", "'fine'")
    chapter(
        notebooks, "02_second", "import os; Path('pid').write_text(str(os.getpid()))", "import time; time.sleep(99)"
    )
    program = (
        "import sys; from pathlib import Path; from groundwork.running import run_course; here = Path(sys.argv[1])\n"
        "run_course(notebooks=here / 'notebooks', folder=here / 'run')"
    )
    running = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL)
    pid = notebooks / "pid"
    deadline = time.monotonic() + 120
    while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    assert running.wait(60) != 0
    left = sorted(path.name for path in (tmp_path / "run").iterdir() if path.name != ".lock")
    assert left == ["01_first.html", "01_first.ipynb", "01_first.json"]
    with pytest.raises(ProcessLookupError):  # the kernel has ended too
        for _ in range(100):
            os.kill(int(pid.read_text()), 0)
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("line", "name", "figures"),
    [
        ("Headline: nDCG@10 on test 0.841 [0.809, 0.872], n = 192", "nDCG@10 on test", (0.841, 0.809, 0.872, 192, "")),
        ("Headline: right answers: 87 % [80 %, 92 %], n = 1,200", "right answers", (87, 80, 92, 1200, "%")),
        (
            "Headline: words beat vectors by −0.11 [-0.20, −0.02]",
            "words beat vectors by",
            (-0.11, -0.2, -0.02, None, ""),
        ),
        ("saves 3 hours of 12,000", "saves 3 hours of", (12000, None, None, None, "")),
        ("share 0.5 [0.4 to 0.6] n = 9", "share", (0.5, 0.4, 0.6, 9, "")),
    ],
)
def test_a_headline_is_read_from_its_line(line: str, name: str, figures: tuple) -> None:
    value, low, high, n, unit = figures
    assert parse(line) == Headline(name, value, low, high, n, unit)


@pytest.mark.parametrize("line", ["", "Headline:", "Headline: no figure at all", "12", "done."])
def test_a_line_without_a_figure_is_no_headline(line: str) -> None:
    assert parse(line) is None


SHARES = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(name=st.from_regex(r"[a-z@][a-z@0-9 ]{0,20}[a-z]", fullmatch=True), value=SHARES, low=SHARES, high=SHARES)
def test_whatever_is_printed_in_the_agreed_form_is_read_back(name: str, value: float, low: float, high: float) -> None:
    line = f"Headline: {name} {value:.3f} [{low:.3f}, {high:.3f}], n = 7"
    assert parse(line) == Headline(name.strip(), value, low, high, 7, "")


def test_chapters_are_chosen_by_how_they_begin(tmp_path: Path) -> None:
    for name in ("03_c", "01_a", "02_b"):
        chapter(tmp_path / "notebooks", name)
    notebooks = tmp_path / "notebooks"
    assert [c.name for c in select(folder=notebooks)] == ["01_a", "02_b", "03_c"]
    assert [c.name for c in select(" 03, 01_a", notebooks)] == ["01_a", "03_c"]
    with pytest.raises(GroundworkError, match=r"no chapter '7'; the chapters are 01_a, 02_b, 03_c"):
        select("01,7", notebooks)
    with pytest.raises(GroundworkError, match="no notebook in"):
        select(folder=tmp_path)
    assert select("01", notebooks)[0].title == "01_a · Toy"


def test_a_second_run_in_the_same_folder_is_turned_away(tmp_path: Path) -> None:
    chapter(tmp_path / "notebooks", "01_first")
    (tmp_path / "run").mkdir()
    with FileLock(tmp_path / "run" / ".lock"), pytest.raises(GroundworkError, match="Another run is at work"):
        course(tmp_path)


def test_a_fingerprint_follows_cells_code_and_data_but_no_outputs(tmp_path: Path) -> None:
    (tmp_path / "groundwork" / "__pycache__").mkdir(parents=True)
    (tmp_path / "groundwork" / "a.py").write_text("a = 1", encoding="utf-8")
    before = ground(tmp_path)
    (tmp_path / "groundwork" / "__pycache__" / "a.pyc").write_text("x", encoding="utf-8")
    assert ground(tmp_path) == before
    (tmp_path / "groundwork" / "a.py").write_text("a = 2", encoding="utf-8")
    assert ground(tmp_path) != before
    path = chapter(tmp_path, "01_a", "1 + 1")
    first = Chapter(path).fingerprint("g")
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["cells"][1]["execution_count"] = 5
    path.write_text(json.dumps(stored), encoding="utf-8")
    assert Chapter(path).fingerprint("g") == first != Chapter(path).fingerprint("h")
    assert Chapter(chapter(tmp_path, "01_a", "1 + 2")).fingerprint("g") != first


def test_the_model_is_woken_only_for_chapters_that_ask_it(tmp_path: Path) -> None:
    for source, asks in (
        ("from groundwork.assistant.desk import open_assistant", True),
        ("from groundwork.models import server", True),
        ("from groundwork.models.chat import Chat", True),
        ("from groundwork.models.embed import default_embedder", False),
    ):
        assert Chapter(chapter(tmp_path, "01_a", source)).asks_a_model is asks


def test_kernels_get_this_python_and_the_old_environment_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / "foreign" / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text('{"argv": ["/elsewhere/python"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "foreign"))
    with pytest.raises(GroundworkError, match="elsewhere"):
        require_kernel()
    with kernels_of_the_course(tmp_path / "state"):
        require_kernel()
        assert os.environ["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
        assert "JUPYTER_PATH" not in os.environ
    assert os.environ["JUPYTER_PATH"] == str(tmp_path / "foreign")
    assert jupyter_environment(tmp_path)["JUPYTER_CONFIG_DIR"] == str(tmp_path / "config")


def test_the_lab_listens_on_loopback_and_shows_no_token() -> None:
    arguments = lab_arguments(ROOT, "notebooks/00_welcome.ipynb", 8899, browser=False)
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.port=8899", "--no-browser"} <= set(arguments)
    assert not any("token" in argument or "password" in argument for argument in arguments)
    assert "--no-browser" not in lab_arguments(ROOT, "x", 1, browser=True)
