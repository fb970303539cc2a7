"""Labs are made from solutions: nothing leaks, nothing drifts, stubs earn nothing, and nbgrader accepts them."""

import copy
import doctest
import json
import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from groundwork.classroom import labs
from groundwork.classroom.check import check
from groundwork.classroom.labs import LabError, executed, generate, make_labs, read, same_cells, solution_lines, write
from groundwork.classroom.registry import grade_id, of_lab
from groundwork.classroom.registry import labs as with_exercises

SOURCES = sorted(labs.SOLUTIONS.glob("lab*.ipynb"))
EVERY = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
LAB05 = labs.SOLUTIONS / "lab05_retrieval.ipynb"


def exported(path: Path) -> dict[str, object]:
    """What a notebook's exported cells define, and nothing else of it."""
    names: dict[str, object] = {"__name__": "exported"}
    for cell in read(path).cells:
        if "export" in cell.metadata.get("tags", []):
            exec(cell.source, names)
    return names


def test_every_lab_with_exercises_has_a_solution_and_the_other_way_round() -> None:
    assert [path.name.split("_")[0] for path in SOURCES] == with_exercises()


@EVERY
def test_the_stored_lab_is_what_its_solution_gives(source: Path) -> None:
    stored = labs.LABS / source.name
    assert stored.exists(), "run: course.py labs"
    assert same_cells(generate(source), read(stored)), "the lab drifted from its solution; run: course.py labs"


def test_there_is_no_lab_without_a_solution() -> None:
    assert {path.name for path in labs.LABS.iterdir() if not path.name.startswith(".")} == {p.name for p in SOURCES}


@EVERY
def test_no_line_of_a_solution_is_in_its_lab(source: Path) -> None:
    lines = list(solution_lines(source))
    assert len(lines) > len(of_lab(source.name.split("_")[0]))
    text = "\n".join(cell.source for cell in read(labs.LABS / source.name).cells)
    there = set(map(str.strip, text.splitlines()))
    assert not there & set(lines)
    assert "SOLUTION" not in text
    assert text.count(labs.STUB) >= len(of_lab(source.name.split("_")[0]))


@EVERY
def test_the_solution_gets_full_marks_on_public_and_on_other_seeds(source: Path) -> None:
    names = exported(source)
    for one in of_lab(source.name.split("_")[0]):
        for seed in (0, 11, 12):
            summary = check(one.id, names[one.function], seed)
            assert summary.passed, summary


@EVERY
def test_the_stub_earns_nothing_and_raises_nothing(source: Path) -> None:
    names = exported(labs.LABS / source.name)
    for one in of_lab(source.name.split("_")[0]):
        for outcome in check(one.id, names[one.function]).outcomes:
            assert not outcome.passed, f"{one.id}: the stub passes “{outcome.check}”"
            assert "raised" not in outcome.message


@EVERY
def test_every_example_in_the_solution_is_true(source: Path) -> None:
    names = exported(source)
    for one in of_lab(source.name.split("_")[0]):
        examples = doctest.DocTestFinder().find(names[one.function], one.function, globs=names, module=False)
        assert sum(len(example.examples) for example in examples), f"{one.id} has no example"
        for example in examples:
            assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


@EVERY
def test_stored_outputs_are_of_a_whole_run(source: Path) -> None:
    for path in (source, labs.LABS / source.name):
        cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), path
        assert not any(output.output_type == "error" for cell in cells for output in cell.outputs), path


def test_generating_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    write(generate(LAB05), tmp_path / "a.ipynb")
    write(generate(LAB05), tmp_path / "b.ipynb")
    assert (tmp_path / "a.ipynb").read_bytes() == (tmp_path / "b.ipynb").read_bytes()


def test_a_lab_that_would_not_change_keeps_its_file(tmp_path: Path) -> None:
    shutil.copy(labs.LABS / LAB05.name, tmp_path)
    before = (tmp_path / LAB05.name).stat().st_mtime_ns
    assert make_labs(tmp_path, "lab05") == [tmp_path / LAB05.name]
    assert (tmp_path / LAB05.name).stat().st_mtime_ns == before


def test_cells_of_a_lab_are_locked_where_a_learner_has_no_business() -> None:
    cells = {c.metadata.nbgrader.grade_id: c.metadata for c in generate(LAB05).cells if "nbgrader" in c.metadata}
    for one in of_lab("lab05"):
        own, judge = cells[grade_id(one.id)], cells[f"{grade_id(one.id)}-check"]
        assert own.deletable is False
        assert "editable" not in own
        assert judge.editable is False
        assert judge.nbgrader.points == one.points
        assert len(own.nbgrader.checksum) == 32


def changed(tmp_path: Path, edit) -> Path:
    """A copy of lab 05's solution with an edit."""
    notebook = copy.deepcopy(read(LAB05))
    edit({cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}, notebook)
    write(notebook, tmp_path / LAB05.name)
    return tmp_path / LAB05.name


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda cells, nb: nb.cells.remove(cells["lab05-rrf"]), "needs cells with the grade ids lab05-rrf"),
        (lambda cells, nb: nb.cells.remove(cells["lab05-rrf-check"]), "needs cells with the grade ids lab05-rrf"),
        (lambda cells, nb: cells["lab05-rrf-check"].metadata.nbgrader.update(points=9), "gives 9 points"),
        (lambda cells, nb: cells["lab05-rrf"].metadata.tags.clear(), "tagged export"),
        (lambda cells, nb: cells["lab05-rrf"].update(source="def fuse(): pass"), "define rrf"),
        (lambda cells, nb: cells["lab05-imports"].metadata.nbgrader.update(grade_id="lab05-x"), "no exercise has"),
        (lambda cells, nb: nb.cells[1].metadata.tags.clear(), "tagged parameters"),
    ],
)
def test_a_solution_that_does_not_fit_its_exercises_is_an_error(edit, message: str, tmp_path: Path) -> None:
    with pytest.raises(LabError, match=message):
        generate(changed(tmp_path, edit))


def test_what_is_no_notebook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / LAB05.name).write_text("{]")
    with pytest.raises(LabError, match="is no notebook"):
        generate(tmp_path / LAB05.name)
    with pytest.raises(LabError, match="no solution notebook"):
        make_labs(tmp_path, "lab99")


@pytest.mark.slow
def test_a_lab_that_fails_on_its_stubs_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labs, "LABS", tmp_path)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(LabError, match=r"does not run to its end: ZeroDivisionError"):
        executed(notebook, "lab99_x.ipynb")
    assert not list(tmp_path.iterdir())


def without_the_shop(path: Path) -> nbformat.NotebookNode:
    """A notebook's exercises alone: the search in the shop at its end takes half a minute."""
    notebook = read(path)
    last = max(i for i, cell in enumerate(notebook.cells) if "nbgrader" in cell.metadata)
    notebook.cells = notebook.cells[: last + 1]
    return notebook


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own use of SQLAlchemy
def test_nbgrader_takes_our_solutions_and_agrees_on_the_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    programs = str(Path(sys.executable).parent)  # nbgrader calls alembic by its name
    monkeypatch.setenv("PATH", programs + os.pathsep + os.environ.get("PATH", ""))
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.course_id = "groundwork"
    config.ClearSolutions.code_stub = {"python": labs.STUB}
    source = tmp_path / "source" / "lab05" / LAB05.name
    write(without_the_shop(LAB05), source)
    api = NbGraderAPI(config=config)
    assert api.generate_assignment("lab05")["success"]
    released = tmp_path / "release" / "lab05" / LAB05.name
    assert not set(solution_lines(LAB05)) & set(map(str.strip, json.dumps(read(released)).split("\\n")))

    right, wrong = without_the_shop(LAB05), without_the_shop(LAB05)
    cell = next(c for c in wrong.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "lab05-rrf")
    cell.source = (labs.SOLUTIONS / "mutants" / "lab05" / "rrf__ties_by_name.py").read_text(encoding="utf-8")
    for learner, notebook in (("right", right), ("wrong", wrong)):
        write(notebook, tmp_path / "submitted" / learner / "lab05" / LAB05.name)
        result = api.autograde("lab05", learner)
        assert result["success"], result["log"][-2000:]
    full = sum(one.points for one in of_lab("lab05"))
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "groundwork") as book:
        scores = {name: book.find_submission("lab05", name).score for name in ("right", "wrong")}
        assert book.find_assignment("lab05").max_score == full
    assert scores == {"right": full, "wrong": full - 1}
