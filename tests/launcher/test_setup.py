"""What a learner meets when all goes well: the first run, the warm start, extras, changed locks, `clean`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def same(one, other):
    return os.path.realpath(one) == os.path.realpath(other)


def test_first_run_sets_up_and_hands_over(first_run):
    project, seen = first_run
    assert seen["argv"] == ["hello", "two words", "é"]
    assert same(seen["prefix"], project.venv)
    assert same(seen["cwd"], seen["elsewhere"])  # the verb runs where the learner is
    assert same(seen["groundwork"], project.root / "groundwork" / "__init__.py")
    assert seen["tiny"] == "1.0"
    assert seen["extra"] is None
    assert seen["pip"]
    assert "Making" in seen["said"]
    assert "Installing env/requirements.lock" in seen["said"]


def test_first_run_strips_what_leads_elsewhere(first_run):
    project, seen = first_run
    env = seen["env"]
    assert [env[name] for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PIP_TARGET")] == [None] * 4
    assert env["PYTHONUTF8"] == env["PYTHONNOUSERSITE"] == "1"
    assert env["PIP_FIND_LINKS"] == project.wheels.as_uri()  # where packages come from is the user's to say
    assert same(env["VIRTUAL_ENV"], project.venv)
    assert same(seen["path"][0], project.python.parent)
    assert not (seen["elsewhere"] / "target").exists()


def test_base_of_the_venv_is_not_the_venv_it_was_started_from(first_run):
    project, seen = first_run
    assert str(seen["other"]) not in (project.venv / "pyvenv.cfg").read_text(encoding="utf-8")


def test_warm_start_is_silent_and_changes_nothing(first_run):
    project, _ = first_run
    before = {path: path.stat().st_mtime_ns for path in (project.state, project.root / ".groundwork-setup.log")}
    assert project.ask("again")["said"] == ""
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_no_verb_asks_for_help(first_run):
    assert first_run[0].ask()["argv"] == ["--help"]


@pytest.mark.parametrize("code", [0, 1, 5, 42])
def test_exit_code_of_the_verb_is_passed_on(first_run, code):
    assert first_run[0].run("exit", str(code)).returncode == code


def test_any_program_in_the_venv_imports_groundwork(first_run, tmp_path):
    project, _ = first_run
    found = subprocess.run(
        [str(project.python), "-c", "import groundwork; print(ascii(groundwork.__file__))"],
        cwd=tmp_path,
        env=project.env(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ascii(str(project.root)).strip("'") in found.stdout


def test_verb_with_an_extra_installs_only_that(ready):
    marker = next(ready.venv.glob("**/gw_tiny.py"))
    marker.write_text("mine = True\n")
    seen = ready.ask("test")
    assert (seen["tiny"], seen["extra"]) == ("1.0", "1.0")
    assert "env/ci.lock" in seen["said"]
    assert "requirements.lock" not in seen["said"]
    assert "WARNING" not in seen["said"]
    assert marker.read_text() == "mine = True\n"
    assert ready.ask("test")["said"] == ready.ask("other")["said"] == ""
    assert not (ready.venv / "tmp").exists()


def test_changed_lock_is_installed_over_the_top(ready):
    marker = ready.venv / "marker"
    marker.touch()
    ready.lock("gw-tiny 2.0")
    assert ready.ask()["tiny"] == "2.0"
    assert marker.exists()


def test_line_ends_of_a_lock_do_not_matter(ready):
    lock = ready.root / "env" / "requirements.lock"
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert ready.ask()["said"] == ""


def test_clean_removes_the_venv_and_says_so(ready):
    done = ready.run("clean")
    assert done.returncode == 0
    assert str(ready.venv) in done.stderr
    assert not ready.venv.exists()
    assert ready.run("clean").returncode == 0


@pytest.mark.slow
def test_moved_folder_is_set_up_anew(ready):
    moved = ready.root.with_name("moved é")
    ready.root.rename(moved)
    ready.root = moved
    seen = ready.ask()
    assert "Making" in seen["said"]
    assert same(seen["prefix"], moved / ".venv")
    assert same(seen["groundwork"], moved / "groundwork" / "__init__.py")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="on Windows the rubbish would have to be an .exe")
def test_interpreter_that_does_not_start_is_replaced(ready):
    ready.python.unlink()
    ready.python.write_bytes(b"\0rubbish")
    ready.python.chmod(0o755)
    seen = ready.ask()
    assert "Making" in seen["said"]
    assert seen["tiny"] == "1.0"


def break_state(project, **changes):
    state = json.loads(project.state.read_text(encoding="utf-8"))
    project.state.write_text(json.dumps({**state, **changes}), encoding="utf-8")


BREAKS = {
    "nothing": lambda project: None,
    "no interpreter": lambda project: project.python.unlink(),
    "no pyvenv.cfg": lambda project: (project.venv / "pyvenv.cfg").unlink(),
    "not on the path": lambda project: next(project.venv.glob("**/groundwork.pth")).unlink(),
    "base Python gone": lambda project: break_state(project, base=str(project.root / "gone")),
    "made by another Python": lambda project: break_state(
        project, made_for=[[3, 10], json.loads(project.state.read_text(encoding="utf-8"))["made_for"][1]]
    ),
    "install broken off": lambda project: break_state(project, whole=False),
    "cut-off state": lambda project: project.state.write_text('{"whole": tr'),
    "rubbish in the state": lambda project: project.state.write_text("[1]"),
    "binary in the state": lambda project: project.state.write_bytes(b"\xff\xfe\0"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_broken_venv_is_noticed(ready, what):
    """Each of these starts make_venv; that making it heals is the business of the slow tests."""
    BREAKS[what](ready)
    probe = "import course, sys; course.make_venv = lambda: sys.exit(99); sys.exit(course.main(['exit', '0']))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ready.root, env=ready.env(), check=False)
    assert done.returncode == (0 if what == "nothing" else 99)


def test_state_file_is_only_written_into_the_venv(first_run):
    project, _ = first_run
    left = {path.name for path in Path(project.root).iterdir()} - {"course.py", "env", "groundwork", ".venv"}
    assert left == {".groundwork-setup.lock", ".groundwork-setup.log"}
