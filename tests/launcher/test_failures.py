"""Set-ups that cannot be finished: each has its exit code, says what to do, and leaves what was there."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
PATCHED = (
    "import runpy, shutil, sys, types; {patch}; sys.argv = ['course.py', 'x']; "
    "runpy.run_path({course!r}, run_name='__main__')"
)


def assert_still_fit(project):
    """The .venv from before the failure works as before; nothing is made or installed anew."""
    project.lock("gw-tiny 1.0")
    assert project.ask()["said"] == ""


def test_no_network(ready):
    ready.lock("gw-tiny 2.0")
    env = ready.env(PIP_NO_INDEX=None, PIP_FIND_LINKS=None, PIP_INDEX_URL="http://127.0.0.1:9/simple")
    done = ready.run("ask", env=env)
    assert done.returncode == 11
    assert "Check the network" in done.stderr
    assert "Traceback" not in done.stderr
    assert_still_fit(ready)


def test_wrong_hash(ready):
    ready.lock("gw-tiny 2.0", wrong_hash=True)
    done = ready.run("ask")
    assert done.returncode == 12
    assert "not the file" in done.stderr
    assert_still_fit(ready)


def test_no_build_for_this_computer(ready):
    ready.lock("gw-absent 1.0")
    done = ready.run("ask")
    assert done.returncode == 16
    assert "gw-absent" in done.stderr
    assert_still_fit(ready)


def test_anything_else_names_the_log(ready):
    (ready.root / "env" / "requirements.lock").write_text("--no-such-option\n")
    done = ready.run("ask")
    assert done.returncode == 17
    assert ".groundwork-setup.log" in done.stderr


def test_little_space_is_noticed_before_the_download(ready):
    ready.lock("gw-tiny 2.0")
    patch = "shutil.disk_usage = lambda _: types.SimpleNamespace(free=2**20)"
    code = PATCHED.format(patch=patch, course=str(ready.root / "course.py"))
    done = subprocess.run([sys.executable, "-c", code], env=ready.env(), capture_output=True, text=True, check=False)
    assert done.returncode == 13
    assert "full" in done.stderr
    assert_still_fit(ready)


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT and sys.platform == "linux"), reason="mounting a small disk needs root on Linux")
def test_disk_that_fills_up_half_way(ready, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this root may not mount")
    try:
        ready.lock("gw-tiny 1.0", "gw-fat 1.0")
        env = ready.env(GROUNDWORK_VENV=str(disk / ".venv"))
        shutil.copytree(ready.venv, disk / ".venv", symlinks=True)
        ready.settle(disk / ".venv")
        patch = "shutil.disk_usage = lambda _, real=shutil.disk_usage: types.SimpleNamespace(free=2**33)"
        code = PATCHED.format(patch=patch, course=str(ready.root / "course.py"))
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 13, done.stderr
        assert done.stderr.count("The disk is full") == 1
        subprocess.run(["mount", "-o", "remount,size=300m", disk], check=True)
        assert ready.ask(env=env)["tiny"] == "1.0"
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.fixture
def unwritable(ready):
    """A course in a folder that may not be written by its user, and how to start it as that user."""
    if os.name == "nt":
        pytest.skip("Windows folders ignore the write bit")
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        root = Path(open_to_all) / "course"
        shutil.copytree(ready.root, root, ignore=shutil.ignore_patterns(".venv", ".groundwork*"))
        options = {"course": root / "course.py", "cwd": "/"}
        if ROOT:
            options.update(user=65534, group=65534, extra_groups=[], python=(python_for_all(),))
        root.chmod(0o555)
        yield root, options
        root.chmod(0o755)


def python_for_all():
    """A Python that fits and that another user may start."""
    versions = [f"python3.{minor}" for minor in range(14, 10, -1)]
    places = ("/usr/bin", "/usr/local/bin")
    for python in [sys.executable, *(f"{place}/{name}" for place in places for name in versions)]:
        with contextlib.suppress(OSError):
            probe = subprocess.run([python, "-c", ""], cwd="/", user=65534, group=65534, extra_groups=[], check=False)
            if probe.returncode == 0:
                return python
    pytest.skip("root may write everywhere, and no Python that fits can be started by another user")


def test_unwritable_folder(ready, unwritable):
    root, options = unwritable
    done = ready.run("ask", **options)
    assert done.returncode == 14
    assert str(root) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / ".venv").exists()


@pytest.mark.parametrize("verb", ["ask", "clean"])
@pytest.mark.parametrize("kind", ["folder", "file"])
def test_venv_of_somebody_else_is_left_alone(new_project, tmp_path, kind, verb):
    project = new_project(tmp_path / "course")
    if kind == "folder":
        project.venv.mkdir()
    theirs = project.venv / "theirs" if kind == "folder" else project.venv
    theirs.write_text("keep")
    done = project.run(verb)
    assert done.returncode == 15
    assert "left alone" in done.stderr
    assert theirs.read_text() == "keep"
    assert project.venv.is_file() or list(project.venv.iterdir()) == [theirs]


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv(new_project, tmp_path, module):
    """As on Debian without python3-venv. The module is hidden by a Python that refuses it, started as the base."""
    if os.name == "nt":
        pytest.skip("the stand-in for Python is a shell script")
    project = new_project(tmp_path / "course")
    fake = tmp_path / "python"
    fake.write_text(
        f'#!/bin/sh\ncase "$*" in *"-m {module}"*) echo "$0: No module named {module}" >&2; exit 1;; esac\n'
        f'mkdir -p "{project.python.parent}"; cp "$0" "{project.python}"\n'
    )
    fake.chmod(0o755)
    code = PATCHED.format(patch=f"sys._base_executable = {str(fake)!r}", course=str(project.root / "course.py"))
    done = subprocess.run([sys.executable, "-c", code], env=project.env(), capture_output=True, text=True, check=False)
    assert done.returncode == 10, done.stderr
    assert "python3-venv" in done.stderr
