"""Grading a class: results, resuming, re-grading, refusing, and what the reports say."""

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from groundwork.classroom import bubble, grade_report
from groundwork.classroom.exercise import Exercise
from groundwork.classroom.grade import GradeError, grade
from groundwork.classroom.grade_report import Report
from groundwork.classroom.gradebook import Gradebook
from groundwork.classroom.misconceptions import Mutant
from groundwork.classroom.sandbox import SandboxMissingError
from tests.classroom import toylab
from tests.classroom.boxes import LIMITS, need_sandbox
from tests.classroom.toylab import EXERCISES, POINTS, SECRET, hand_in, message, points, roster

CLASS = ("ada", "bob", "eve", "kim", "zoe")


def mutants(one: Exercise) -> tuple[Mutant, ...]:
    return toylab.MUTANTS.get(one.id, ())


def run(folder: Path, secret: bytes = SECRET, **more) -> Report:
    options = {"exercises": EXERCISES, "mutants": mutants, "workers": 0, "limits": LIMITS} | more
    return grade(folder / "submissions", folder / "roster.csv", secret, folder / "out", **options)


def a_class(folder: Path) -> Path:
    """Ada is right, Bob divides by n + 1, Eve crashes, Kim has a markup in her code, Zoe handed in nothing."""
    submissions = folder / "submissions"
    hand_in(submissions, "ada")
    hand_in(submissions, "bob", mean="def mean(v):\n    return sum(v) / (len(v) + 1)")
    hand_in(submissions, "eve", mean="import os\ndef mean(v):\n    os._exit(1)")
    hand_in(submissions, "kim", mean="def mean(v):\n    raise ValueError('<script>alert(1)</script>')")
    hand_in(submissions, "mallory")
    roster(folder / "roster.csv", CLASS)
    return folder


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    need_sandbox()
    folder = a_class(tmp_path_factory.mktemp("classroom"))
    return folder, run(folder)


def dump(folder: Path) -> list[str]:
    with Gradebook(folder / "out" / "gradebook.sqlite") as book:
        return book.dump()


def test_everybody_gets_what_they_earned(classroom) -> None:
    _, report = classroom
    assert points(report, "ada") == POINTS
    assert points(report, "bob") == POINTS | {"lab90.mean": 1}
    assert points(report, "eve") == points(report, "kim") == POINTS | {"lab90.mean": 0}
    assert sum(points(report, "zoe").values()) == 0
    assert {one.key.learner: one.status for one in report.grades}["zoe"] == "missing"
    assert (report.new, report.failed, report.strangers) == (4, [], ["mallory"])


def test_a_wrong_solution_is_told_which_mistake_it_is(classroom) -> None:
    _, report = classroom
    found = {one.learner: one.mutant for one in report.misconceptions}
    assert found == {"bob": "biased", "eve": "", "kim": ""}
    folder, _ = classroom
    assert (folder / "out" / "misconceptions.png").read_bytes().startswith(b"\x89PNG")


def test_feedback_shows_checks_and_no_markup_of_the_learners(classroom) -> None:
    folder, _ = classroom
    pages = {name: (folder / "out" / "feedback" / f"{name}.html").read_text(encoding="utf-8") for name in CLASS}
    assert "12 of 12 points" in pages["ada"] and "missing" in pages["zoe"]
    assert "The number is wrong." in pages["bob"]
    assert "raised ValueError in line 2" in pages["kim"] and "script" not in pages["kim"].replace("default-src", "")


def test_messages_hold_neither_expected_values_nor_the_text_of_errors(classroom) -> None:
    _, report = classroom
    assert "alert" not in message(report, "kim", "lab90.mean")
    details = {one.key.learner: one.exercises[0].detail for one in report.grades}
    assert "alert" in details["kim"]  # for the instructor


def test_the_csv_has_a_row_for_everybody(classroom) -> None:
    folder, _ = classroom
    lines = (folder / "out" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(CLASS) and lines[1].startswith("ada,Name of ada,lab90,12,12,lab90.mean: 4;")


def test_no_file_holds_the_secret(classroom) -> None:
    folder, report = classroom
    for path in (folder / "out").rglob("*"):
        assert path.is_dir() or (SECRET not in path.read_bytes() and SECRET.hex().encode() not in path.read_bytes())
    assert SECRET.decode() not in repr(report)


def test_grading_again_does_nothing_and_changes_nothing(classroom) -> None:
    folder, report = classroom
    before = dump(folder)
    again = run(folder)
    assert again.new == 0 and again.grades == report.grades and dump(folder) == before


def test_rows_and_the_printed_report(classroom) -> None:
    _, report = classroom
    rows = {row.name: row for row in grade_report.rows(report)}
    assert rows["submissions graded"].value == 4 and rows["submissions that the grader failed"].ok
    console = Console(record=True, width=120, file=io.StringIO())
    grade_report.print_report(report, console)
    text = console.export_text()
    assert "biased" in text and "mallory" in text


def test_a_new_submission_and_another_secret_are_graded_anew(tmp_path) -> None:
    need_sandbox()
    hand_in(tmp_path / "submissions", "ada", mean="def mean(v):\n    return 1.0")
    hand_in(tmp_path / "submissions", "bob")
    roster(tmp_path / "roster.csv", ["ada", "bob"])
    assert points(run(tmp_path), "ada")["lab90.mean"] == 1
    hand_in(tmp_path / "submissions", "ada")
    second = run(tmp_path)
    assert second.new == 1 and points(second, "ada") == POINTS and second.misconceptions == []
    assert run(tmp_path, b"another secret of enough bytes").new == 2


def test_an_unsafe_run_says_so_on_every_row_and_a_safe_one_grades_anew(tmp_path, monkeypatch) -> None:
    hand_in(tmp_path / "submissions", "ada", mean="def mean(v):\n    return 1.0")
    roster(tmp_path / "roster.csv", ["ada"])
    with monkeypatch.context() as patched:
        patched.setattr(bubble.shutil, "which", lambda name: None)
        if sys.platform == "linux":
            with pytest.raises(SandboxMissingError):
                run(tmp_path)
        report = run(tmp_path, unsafe=True)
    assert sum(points(report, "ada").values()) == 9
    assert all("UNSAFE" in row.baseline for row in grade_report.rows(report))
    base = sqlite3.connect(tmp_path / "out" / "gradebook.sqlite")
    for table in ("grade", "outcome", "misconception"):
        assert {row[0] for row in base.execute(f"SELECT unsafe FROM {table}")} == {1}
    base.close()
    assert "UNSAFE" in (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8").splitlines()[1]
    assert "UNSAFE" in (tmp_path / "out" / "feedback" / "ada.html").read_text(encoding="utf-8")
    need_sandbox()
    assert run(tmp_path).new == 1


def test_a_function_may_call_one_of_an_earlier_cell(tmp_path) -> None:
    need_sandbox()
    hand_in(tmp_path / "submissions", "ada", clip="def clip(v, a, b):\n    return mean([max(a, min(b, v))])")
    roster(tmp_path / "roster.csv", ["ada"])
    assert points(run(tmp_path), "ada") == POINTS


@pytest.mark.parametrize("secret", [b"", b"short", b"15 bytes only!!"])
def test_a_short_secret_is_refused_before_anything_is_written(tmp_path, secret) -> None:
    roster(tmp_path / "roster.csv", ["ada"])
    with pytest.raises(GradeError, match="16"):
        run(tmp_path, secret)
    assert not (tmp_path / "out").exists()


def test_a_missing_folder_and_a_lab_without_exercises_are_refused(tmp_path) -> None:
    roster(tmp_path / "roster.csv", ["ada"])
    with pytest.raises(GradeError, match="no folder"):
        run(tmp_path)
    with pytest.raises(GradeError, match="no exercises"):
        run(tmp_path, lab="lab77")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_another_submission_gets_nothing(tmp_path) -> None:
    need_sandbox()
    other = hand_in(tmp_path / "submissions", "ada")
    (tmp_path / "submissions" / "eve").mkdir()
    (tmp_path / "submissions" / "eve" / "lab90.ipynb").symlink_to(other)
    roster(tmp_path / "roster.csv", ["ada", "eve"])
    report = run(tmp_path)
    assert points(report, "ada") == POINTS and sum(points(report, "eve").values()) == 0


RUN = """
import sys
from pathlib import Path
from tests.classroom import test_grade
if __name__ == "__main__":
    test_grade.run(Path(sys.argv[1]), workers=int(sys.argv[2]))
"""


def started(folder: Path, workers: int) -> "subprocess.Popen[bytes]":
    root = str(Path(__file__).parents[2])
    script = folder / "run.py"
    script.write_text(RUN, encoding="utf-8")
    env = os.environ | {"PYTHONPATH": root}
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(workers)], env=env, stderr=subprocess.DEVNULL
    )


def count(folder: Path) -> int:
    try:
        base = sqlite3.connect(f"file:{folder / 'out' / 'gradebook.sqlite'}?mode=ro", uri=True)
        return base.execute("SELECT count(*) FROM grade").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_killed_run_is_taken_up_where_it_ended(tmp_path) -> None:
    need_sandbox()
    learners = [f"learner{n}" for n in range(30)]
    for id in learners:
        hand_in(tmp_path / "submissions", id)
    roster(tmp_path / "roster.csv", learners)
    process = started(tmp_path, 0)
    deadline = time.monotonic() + 60
    while count(tmp_path) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    there = count(tmp_path)
    assert 3 <= there < 30
    report = run(tmp_path)
    assert report.new == 30 - there and len(report.grades) == 30
    assert all(one.points == 12 for one in report.grades)


@pytest.mark.slow
def test_dask_workers_give_the_same_grades(tmp_path) -> None:
    need_sandbox()
    pytest.importorskip("distributed")
    process = started(a_class(tmp_path), 2)
    assert process.wait(120) == 0
    parallel = [line for line in dump(tmp_path) if 'INTO "outcome"' in line or 'INTO "misconception"' in line]
    (tmp_path / "out" / "gradebook.sqlite").unlink()
    run(tmp_path)
    serial = [line for line in dump(tmp_path) if 'INTO "outcome"' in line or 'INTO "misconception"' in line]
    assert sorted(parallel) == sorted(serial) and len(serial) > 20
