"""Reading submissions: the graded cells of a notebook, and a reason for whatever else is there."""

import io
import json
import os
import sys
import zipfile

import pytest

from groundwork.classroom import submission
from groundwork.classroom.submission import SubmissionError, find, parse, read
from tests.classroom.toylab import RIGHT, cell, hand_in, notebook


def parsed(document) -> submission.Submission:
    return parse(json.dumps(document).encode(), "lab90")


def test_graded_cells_are_found_by_id_and_everything_else_is_left_alone() -> None:
    found = parsed(notebook())
    assert found.cells == {f"lab90.{name}": source for name, source in RIGHT.items()} and not found.problems


def test_sources_are_the_shared_imports_and_the_cell_itself() -> None:
    document = notebook()
    document["cells"].insert(0, cell("lab90-imports", ["import math\n", "import json"]))
    found = parsed(document)
    assert found.sources("lab90.clip") == ["import math\nimport json", RIGHT["clip"]]
    assert found.all_sources("lab90.mean") == [
        "import math\nimport json",
        RIGHT["clip"],
        RIGHT["cosine"],
        RIGHT["mean"],
    ]


def test_a_duplicate_costs_its_exercise_unless_both_are_the_same() -> None:
    document = notebook()
    document["cells"] += [cell("lab90-mean", "def mean(v): return 1"), cell("lab90-clip", RIGHT["clip"])]
    found = parsed(document)
    assert set(found.cells) == {"lab90.clip", "lab90.cosine"}
    assert "2 different cells" in found.problems["lab90.mean"]


def test_a_test_cell_that_takes_an_exercises_id_is_no_solution() -> None:
    document = notebook()
    document["cells"].append(cell("lab90-mean", "def mean(v): return 1", grade=True))
    assert parsed(document).cells["lab90.mean"] == RIGHT["mean"]


def test_a_cell_that_is_too_long_costs_its_exercise() -> None:
    found = parsed(notebook(mean="#" * (submission.CELL_CAP + 1)))
    assert "lab90.mean" not in found.cells and "more than" in found.problems["lab90.mean"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[]",
        b"3",
        b'{"cells": 1}',
        b'{"cells": []}',
        b"[" * 100_000,
        b'{"cells": [null, 1, "x", {"cell_type": "code"}, {"metadata": []}]}',
        b'{"cells": [' + b"1," * 3000 + b"1]}",
        b'{"cells": [' + b"9" * 5000 + b"]}",
    ],
)
def test_what_is_no_notebook_of_the_lab_is_refused_with_a_reason(content) -> None:
    with pytest.raises(SubmissionError):
        parse(content, "lab90")


def test_another_labs_notebook_is_refused() -> None:
    with pytest.raises(SubmissionError, match="no cell of lab91"):
        parse(json.dumps(notebook()).encode(), "lab91")


@pytest.mark.parametrize("source", [None, 3, [1, 2]])
def test_a_cell_whose_source_is_no_text_is_no_cell(source) -> None:
    document = notebook()
    document["cells"][1]["source"] = source
    assert "lab90.mean" not in parsed(document).cells


def test_a_submission_is_found_beside_or_in_the_folder_labs(tmp_path) -> None:
    path = hand_in(tmp_path, "ada")
    assert find(tmp_path, "ada", "lab90") == path
    assert find(tmp_path, "ada", "lab9") is None and find(tmp_path, "bob", "lab90") is None
    (tmp_path / "ada" / "lab90.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(SubmissionError, match="2 notebooks"):
        find(tmp_path, "ada", "lab90")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_not_followed(tmp_path) -> None:
    other = hand_in(tmp_path / "elsewhere", "eve")
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "lab90.ipynb").symlink_to(other)
    (tmp_path / "bob").symlink_to(tmp_path / "elsewhere" / "eve")
    with pytest.raises(SubmissionError, match="link"):
        read(find(tmp_path, "ada", "lab90"))
    with pytest.raises(SubmissionError, match="link"):
        find(tmp_path, "bob", "lab90")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_or_a_folder_in_a_notebooks_place_is_refused_at_once(tmp_path) -> None:
    os.mkfifo(tmp_path / "lab90.ipynb")
    (tmp_path / "lab91.ipynb").mkdir()
    for name in ("lab90", "lab91"):
        with pytest.raises(SubmissionError):
            read(tmp_path / f"{name}.ipynb")


def test_a_huge_file_and_a_zip_bomb_are_refused_without_being_unpacked(tmp_path) -> None:
    huge = tmp_path / "huge.ipynb"
    with huge.open("wb") as file:
        file.truncate(submission.CAP + 1)
    with pytest.raises(SubmissionError, match="limit"):
        read(huge)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lab90.ipynb", b" " * (64 << 20))
    with pytest.raises(SubmissionError, match="not a notebook"):
        parse(packed.getvalue(), "lab90")
