"""The sandbox as a runner: values, errors and limits, with and without bubblewrap."""

import os
import sys
import time

import numpy as np
import pytest

from groundwork.classroom import bubble, sandbox
from groundwork.classroom.exercise import Call
from groundwork.classroom.sandbox import Limits, Sandbox, SandboxMissingError
from tests.classroom.boxes import LIMITS, need_sandbox


@pytest.fixture(scope="module", params=["bubblewrap", "unsafe"])
def box(request):
    if request.param == "bubblewrap":
        need_sandbox()
    with Sandbox(LIMITS, unsafe=request.param == "unsafe") as box:
        yield box


@pytest.fixture(scope="module")
def caged():
    need_sandbox()
    with Sandbox(LIMITS) as box:
        yield box


def run(box, source: str, *args: object, seconds: float = 2.0):
    return box.run([source], "f", [Call(args)], seconds)


def test_values_come_back_for_every_call_in_order(box) -> None:
    ran = box.run(["def f(x):\n    return [2 * x, str(x)]"], "f", [Call((n,)) for n in range(5)])
    assert [one.value for one in ran.results] == [[2 * n, str(n)] for n in range(5)] and not ran.failure


def test_arrays_go_in_and_come_out(box) -> None:
    (one,) = run(box, "import numpy as np\ndef f(x, y):\n    return x @ y", np.eye(2), np.arange(2.0)).results
    assert one.value.tolist() == [0.0, 1.0] and one.value.dtype == np.float64


def test_an_error_is_told_by_its_built_in_class_and_line_and_not_by_its_text(box) -> None:
    source = "class Odd(KeyError):\n    pass\ndef f(x):\n    raise Odd(f'the hidden input is {x}')"
    ran = run(box, source, 4711)
    assert ran.results[0].error == "KeyError in line 4 of its cell"
    assert "4711" in ran.detail


def test_a_changed_argument_is_noticed(box) -> None:
    assert run(box, "def f(x):\n    x.sort()\n    return 1", [2, 1]).results[0].mutated
    assert not run(box, "def f(x):\n    return sorted(x)", [2, 1]).results[0].mutated


def test_a_cell_that_raises_is_a_failure_with_its_line(box) -> None:
    assert "ZeroDivisionError in line 2" in run(box, "x = 1\n1 / 0\ndef f(): pass").failure
    assert "SyntaxError" in run(box, "def f(:\n    return 1").failure
    assert "ModuleNotFoundError" in run(box, "import no_such_module\ndef f(): return 1").failure


def test_a_missing_function_is_named(box) -> None:
    assert "no function named f" in run(box, "def g(): return 1").failure
    assert "no function named f" in run(box, "f = 3").failure


def test_lines_for_ipython_are_left_out(box) -> None:
    assert run(box, "%matplotlib inline\n!echo hello\ndef f():\n    return 3").results[0].value == 3


def test_what_is_not_plain_is_an_error(box) -> None:
    for value in ("object()", "{1, 2}", "lambda: 1", "__import__('numpy').array([None])", "1j"):
        assert "numbers, text, arrays" in run(box, f"def f():\n    return {value}").results[0].error


def test_what_one_run_patches_the_next_does_not_see(caged) -> None:
    assert run(caged, "import builtins\nbuiltins.len = lambda x: 9\ndef f():\n    return len([])").results[0].value == 9
    assert run(caged, "def f():\n    return len([])").results[0].value == 0


def test_death_is_a_failure_and_the_next_run_works(box) -> None:
    for source in (
        "import os\nos._exit(0)",
        "import os\ndef f():\n    os.abort()",
        "def f():\n    import os; os._exit(3)",
    ):
        ran = run(box, source)
        assert ran.results == () and "ended the process" in ran.failure
    assert run(box, "def f():\n    return 1").results[0].value == 1


def test_time_memory_and_output_have_limits(caged) -> None:
    begun = time.monotonic()
    assert "within 0.5 seconds" in run(caged, "def f():\n    while True: pass", seconds=0.5).failure
    assert time.monotonic() - begun < 5
    assert run(caged, "def f():\n    return len(bytearray(3 << 30))").results[0].error.startswith("MemoryError")
    assert "more than 4 MB" in run(caged, "def f():\n    return 'x' * (5 << 20)").failure
    assert "more than 4 MB" in run(caged, "def f():\n    return 'x' * 5_000_000", seconds=9).failure


def test_a_cell_that_never_ends_is_stopped() -> None:
    need_sandbox()
    with Sandbox(Limits(setup_seconds=0.5)) as box:
        assert "within 0.5 seconds" in run(box, "while True: pass\ndef f(): return 1").failure


def test_memory_of_several_processes_counts_together(caged) -> None:
    source = (
        "import os, time\ndef f():\n    for _ in range(8):\n        if os.fork() == 0:\n"
        "            x = bytearray(os.urandom(1)) * (200 << 20); time.sleep(30)\n    time.sleep(30)"
    )
    assert "MB of memory" in run(caged, source, seconds=20).failure


def test_the_courses_search_can_be_imported_and_its_classroom_cannot(caged) -> None:
    assert run(caged, "from groundwork.search import fusion\ndef f():\n    return fusion.__name__").results[0].value
    for module in ("grade", "exercises", "registry", "marking", "mutants", "seeds"):
        assert "Error" in run(caged, f"import groundwork.classroom.{module}\ndef f(): return 1").failure


def test_no_secret_reaches_the_workers_command_or_environment(caged, monkeypatch) -> None:
    monkeypatch.setenv("GROUNDWORK_SECRET_FOR_TEST", "hidden in the environment")
    with Sandbox(LIMITS) as box:
        ran = run(box, "import os, sys\ndef f():\n    return [str(dict(os.environ)), str(sys.argv)]")
    assert "hidden" not in str(ran) and ran.results


def test_without_bubblewrap_it_refuses_unless_told_otherwise(monkeypatch) -> None:
    monkeypatch.setattr(bubble.shutil, "which", lambda name: None)
    if sys.platform == "linux":
        with pytest.raises(SandboxMissingError, match="apt install bubblewrap"):
            Sandbox()
    with Sandbox(unsafe=True) as box:
        assert run(box, "def f():\n    return 1").results[0].value == 1


def test_a_bubblewrap_that_does_not_work_is_noticed(monkeypatch) -> None:
    need_sandbox()
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: ["false"])
    with Sandbox() as box, pytest.raises(SandboxMissingError, match="cannot make a sandbox"):
        sandbox.probe(box)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_closing_leaves_no_process_behind() -> None:
    need_sandbox()
    psutil = pytest.importorskip("psutil")
    box = Sandbox(LIMITS)
    run(box, "def f(): return 1")
    inside = psutil.Process(box.process.pid).children(recursive=True)
    assert inside
    box.close()
    assert not psutil.wait_procs(inside, timeout=5)[1]


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files by /proc")
def test_a_hundred_runs_leave_no_file_open(caged) -> None:
    run(caged, "def f(): return 1")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(100):
        run(caged, "def f(): return 1")
    assert len(os.listdir("/proc/self/fd")) <= before
