"""Interrupted half-way, killed half-way, two at once, and what is shown meanwhile."""

import os
import signal
import subprocess
import sys
import time

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="signals and terminals of POSIX")


@pytest.fixture
def fetching(ready, slow_index):
    """A set-up that waits for a download, started by `begin(**options)`; with the environment of its index."""
    ready.lock("gw-tiny 2.0")
    started = []

    def begin(**options):
        process = ready.start("ask", env=ready.env(**slow_index["env"]), **options)
        started.append(process)
        assert slow_index["asked"].wait(30)
        return process

    yield begin
    slow_index["gate"].set()
    for process in started:
        process.kill()
        process.communicate()


@posix
def test_ctrl_c_while_fetching_loses_nothing(ready, fetching):
    process = fetching()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Run the same command" in err
    assert "Traceback" not in err
    seen = ready.ask()
    assert seen["tiny"] == "2.0"
    assert "Making" not in seen["said"]


@pytest.mark.slow
@posix
def test_killed_half_way_heals(ready, fetching, slow_index):
    """The pip that outlives its launcher keeps the lock: the next run waits for it, then starts from scratch."""
    process = fetching()
    process.kill()
    process.wait()
    following = ready.start("ask")
    assert "waiting" in following.stderr.readline()
    slow_index["gate"].set()
    _, err = following.communicate(timeout=60)
    assert following.returncode == 0, err
    assert "Making" in err
    seen = ready.ask()
    assert (seen["tiny"], seen["said"]) == ("2.0", "")


@pytest.mark.slow
@posix
def test_killed_while_the_venv_is_made_at_another_place_heals_there(new_project, tmp_path):
    project = new_project(tmp_path / "course")
    place = tmp_path / "another" / "place"
    env = project.env(GROUNDWORK_VENV=str(place))
    process = project.start("ask", env=env)
    give_up = time.monotonic() + 30
    while not (place / "bin" / "python").exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    seen = project.ask(env=env)
    assert seen["tiny"] == "1.0"
    assert os.path.realpath(seen["prefix"]) == os.path.realpath(place)
    assert {path.name for path in project.root.iterdir()} == {"course.py", "env", "groundwork"}


def test_second_of_two_waits_and_says_so(ready, fetching, slow_index):
    first = fetching()
    second = ready.start("ask", env=ready.env(**slow_index["env"]))
    assert "waiting" in second.stderr.readline()
    assert second.poll() is None
    slow_index["gate"].set()
    (_, said), (_, said_second) = first.communicate(timeout=60), second.communicate(timeout=60)
    assert first.returncode == second.returncode == 0, said + said_second
    assert "Installing" in said
    assert "Installing" not in said_second


@posix
def test_progress_on_a_terminal_is_one_moving_line(ready, fetching, slow_index):
    import pty

    ours, theirs = pty.openpty()
    process = fetching(stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"fetching 1 of 1: gw-tiny, " not in shown:
        shown += os.read(ours, 1000)
    slow_index["gate"].set()
    process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    assert b"\r  fetching" in shown
    assert shown.count(b"\n") <= 1  # what is being installed; then only the moving line


LOG = """Looking in indexes: https://pypi.org/simple
Ignoring appnope: markers 'sys_platform == "darwin"' don't match your environment
WARNING: Location 'file:///x' is ignored: it is neither a file nor a directory.
Collecting argon2-cffi-bindings==26.2 (from -r /a b/env/requirements.lock (line 3))
  Downloading argon2_cffi_bindings-26.2-cp310-abi3-win_amd64.whl (26 kB)
Requirement already satisfied: anyio==4.16.0 in /a b/.venv (from -r /a b/env/requirements.lock (line 9)) (4.16.0)
Processing /w/d x/annotated_types-0.8.0-py3-none-any.whl (from -r /a b/env/requirements.lock (line 5))
"""


@pytest.mark.parametrize(
    ("log", "text"),
    [
        ("", "making .venv"),
        (LOG[: LOG.index("Requirement")], "fetching 1 of 4: argon2-cffi-bindings"),
        (LOG[: LOG.index("Processing")], "fetching 2 of 4: anyio"),
        (LOG, "fetching 3 of 4: annotated_types"),
        (LOG + "Installing collected packages: argon2-cffi-bindings, annotated-types\n", "unpacking 3 packages"),
    ],
)
def test_progress_is_read_from_the_log_of_pip(course, log, text):
    assert course.progress(log, "making .venv", 5) == text


def wrapped(ready, lines, *arguments):
    """Start course.py as a module, after `lines` have changed it."""
    code = f"import course, sys; {lines}; sys.exit(course.main({list(arguments)!r}))"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ready.root,
        env=ready.env(),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_windows_way_passes_the_exit_code_on(ready):
    process = wrapped(ready, "course.WINDOWS = True", "exit", "42")
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 42


@posix
def test_windows_way_leaves_ctrl_c_to_the_verb(ready):
    process = wrapped(ready, "course.WINDOWS = True", "wait")
    assert process.stdout.readline() == "waiting\n"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (7, "")


@posix
@pytest.mark.parametrize("error", ["EACCES", "ENOLCK"])
def test_windows_lock_waits_and_a_drive_without_locks_does_not(ready, error):
    fake = (
        f"import errno, types; tries = [OSError(errno.{error}, 'no')] * 2; "
        "locking = lambda *a: (_ for _ in ()).throw(tries.pop()) if tries else None; "
        "sys.modules['msvcrt'] = types.SimpleNamespace(locking=locking, LK_NBLCK=2); course.WINDOWS = True; "
        "course.take_turn().close()"
    )
    process = wrapped(ready, fake, "exit", "0")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert ("waiting" in err) == (error == "EACCES")
