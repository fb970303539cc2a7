"""Attacks on the grader: each costs its own exercise's points at most, and changes nothing else.

The attack stands in the cell of lab90.mean; the other two exercises of the submission must keep their points, and an
honest submission that is graded right after it must keep all of its own.
"""

import json
import sys
import time
from pathlib import Path

import psutil
import pytest

from groundwork.classroom.exercise import Call
from groundwork.classroom.gradebook import Grade, Key
from groundwork.classroom.marking import Task, close_sandbox, mark, sandbox_of
from groundwork.paths import ROOT
from tests.classroom.boxes import LIMITS, need_sandbox
from tests.classroom.toylab import EXERCISES, POINTS, RIGHT, notebook

NONE, FULL = 0, 4
HONEST = RIGHT["mean"]


@pytest.fixture(scope="module", autouse=True)
def sandbox():
    need_sandbox()
    yield
    close_sandbox()


def graded(document: dict | bytes, learner: str = "eve") -> Grade:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return mark(Task(Key(learner, "lab90", "hash", "print", "spec", False), content, EXERCISES, (1, 2, 3), 2, LIMITS))


def points(grade: Grade) -> dict[str, int]:
    return {one.exercise: sum(o.points for o in one.outcomes if o.passed) for one in grade.exercises}


ATTACKS = {
    "exit at once": ("import sys\nsys.exit(0)", NONE),
    "exit in a call": ("import sys\ndef mean(v):\n    sys.exit(0)", NONE),
    "os._exit": ("import os\ndef mean(v):\n    os._exit(0)", NONE),
    "os._exit in the cell": ("import os\nos._exit(0)", NONE),
    "abort": ("import os\ndef mean(v):\n    os.abort()", NONE),
    "crash": ("import ctypes\ndef mean(v):\n    ctypes.string_at(0)", NONE),
    "endless loop": ("def mean(v):\n    while True:\n        pass", NONE),
    "loop that no interrupt ends": (
        "import signal\nfor n in range(1, 32):\n    try:\n        signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\ndef mean(v):\n    while True:\n        try:\n"
        "            while True:\n                pass\n        except BaseException:\n            pass",
        NONE,
    ),
    "sleep": ("import time\ndef mean(v):\n    time.sleep(999)", NONE),
    "endless recursion": ("import sys\nsys.setrecursionlimit(10**9)\ndef mean(v):\n    return mean(v)", NONE),
    "an object that equals everything": (
        "class Yes:\n    def __eq__(self, o): return True\n    __ne__ = __lt__ = __gt__ = __eq__\n"
        "    def __float__(self): return 1.0\n    def __array__(self, *a, **k): return self\n"
        "def mean(v):\n    return Yes()",
        NONE,
    ),
    "a float that equals everything": (
        "class Yes(float):\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n"
        "def mean(v):\n    return Yes()",
        NONE,
    ),
    "patched comparisons": (
        "import numpy as np, math, operator\n"
        "np.isclose = np.allclose = math.isclose = lambda *a, **k: True\n"
        "operator.eq = lambda *a: True\n"
        "def mean(v):\n    return 99.5",
        1,
    ),
    "patched builtins": (
        "import builtins\nbuiltins.isinstance = builtins.all = builtins.any = lambda *a: True\n"
        "builtins.len = lambda x: 0\nbuiltins.AssertionError = Exception\ndef mean(v):\n    return 99.5",
        NONE,
    ),
    "patched worker": (
        "import sys\nfor m in list(sys.modules.values()):\n"
        "    for n in ('judged', 'close', 'assess', 'encode', 'mean'):\n"
        "        if hasattr(m, n) and 'groundwork' in getattr(m, '__name__', ''):\n"
        "            setattr(m, n, lambda *a, **k: True)\ndef mean(v):\n    return 99.5",
        1,
    ),
    "rewritten syntax trees": (
        "import ast, builtins\nreal = compile\ndef fake(source, *a, **k):\n"
        "    tree = ast.parse('def mean(v): return 1')\n"
        "    return real(tree, *a, **k)\nbuiltins.compile = fake\nast.parse = lambda *a, **k: ast.Module([], [])\n"
        "def mean(v):\n    return 99.5",
        1,
    ),
    "wrong type": ("def mean(v):\n    return {'points': 4, 'passed': True}", NONE),
    "far too much": ("def mean(v):\n    return [0.0] * 200_000", NONE),
    "a forged shape": ("import numpy as np\ndef mean(v):\n    return np.zeros((300_000, 1), 'i1')", NONE),
    "gigabytes of memory": ("def mean(v):\n    return float(len(bytearray(3 << 30)))", NONE),
    "memory bit by bit": ("def mean(v):\n    x = []\n    while True:\n        x.append(bytearray(1 << 24))", NONE),
    "a fork bomb": (
        "import os\ndef mean(v):\n    while True:\n        try:\n"
        "            os.fork()\n        except OSError:\n            pass",
        NONE,
    ),
    "a thread bomb": (
        "import threading, time\ndef mean(v):\n    while True:\n"
        "        threading.Thread(target=time.sleep, args=(99,)).start()",
        NONE,
    ),
    "a gigabyte printed": ("import os\nfor _ in range(1024):\n    os.write(1, b'x' * (1 << 20))\n" + HONEST, FULL),
    "a gigabyte returned": ("def mean(v):\n    return 'x' * (1 << 30)", NONE),
    "a gigabyte into every open file": (
        "import os\ndef mean(v):\n    for fd in range(3, 64):\n        for _ in range(32):\n            try:\n"
        "                os.write(fd, b'x' * (32 << 20))\n            except OSError:\n"
        "                break\n    return 0.0",
        NONE,
    ),
    "a pickle": ("import pickle, os\ndef mean(v):\n    return pickle.dumps([os.system, 'true'])", NONE),
    "a class that unpickles to a command": (
        "import os\nclass Bad:\n    def __reduce__(self): return os.system, ('touch owned',)\n"
        "def mean(v):\n    return Bad()",
        NONE,
    ),
    "forged frames": (
        "import os, json, struct\nresults = json.dumps({'results': [{'value': 1, 'mutated': False}] * 14})\n"
        "body = bytes(16) + b'KR' + results.encode()\n"
        "def mean(v):\n    for fd in range(3, 64):\n        try:\n"
        "            os.write(fd, struct.pack('>I', len(body)) + body)\n"
        "        except OSError:\n            pass\n    os._exit(0)",
        NONE,
    ),
    "every file closed": ("import os\ndef mean(v):\n    os.closerange(0, 256)\n    return 0.0", NONE),
    "all processes killed": ("import os\ndef mean(v):\n    os.kill(-1, 9)\n    return 0.0", NONE),
    "the parent killed": ("import os\ndef mean(v):\n    os.kill(os.getppid() or 1, 9)\n    return 0.0", 1),
    "the first process killed": (
        "import os\ndef mean(v):\n    if os.fork() == 0:\n        os.kill(1, 9)\n        os._exit(0)\n    return 0.0",
        1,
    ),
    "the whole temporary folder filled": (
        "def mean(v):\n    n = 0\n    while True:\n        n += 1\n"
        "        open(f'/scratch/{n}', 'wb').write(b'x' * (1 << 22))",
        NONE,
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_its_own_points_and_nothing_else(name) -> None:
    source, own = ATTACKS[name]
    attacked = points(graded(notebook(mean=source)))
    assert attacked == {"lab90.mean": own, "lab90.clip": FULL, "lab90.cosine": FULL}
    assert points(graded(notebook(), "honest")) == POINTS


def peek(source: str) -> object:
    """What a function `f` in the sandbox returns."""
    task = Task(Key("eve", "lab90", "", "", "", False), b"", EXERCISES, (1, 2, 3), 1, LIMITS)
    ran = sandbox_of(task).run([source], "f", [Call(())], 5.0)
    assert ran.results and not ran.results[0].error, ran
    return ran.results[0].value


def test_neither_frames_nor_memory_hold_an_expected_value() -> None:
    source = (
        "import gc, sys\ndef mean(v):\n    frame = sys._getframe()\n    found = []\n    while frame:\n"
        "        found += list(frame.f_locals) + list(frame.f_globals)\n        frame = frame.f_back\n"
        "    for one in gc.get_objects():\n        if isinstance(one, dict):\n"
        "            for key in ('expected', 'reference', 'wanted', 'judge', 'secret', 'seed'):\n"
        "                if key in one and 'groundwork' in str(one.get('__name__', '')):\n"
        "                    return one[key]\n"
        "    return 1.0 if 'expected' in found or 'wanted' in found else -1.0"
    )
    grade = graded(notebook(mean=source))
    assert points(grade) == POINTS | {"lab90.mean": 1}


def test_no_file_of_the_course_the_user_or_another_submission_can_be_read(tmp_path) -> None:
    (tmp_path / "gradebook.sqlite").write_text("grades", encoding="utf-8")
    wanted = [
        tmp_path / "gradebook.sqlite",
        Path.home(),
        Path(__file__),
        ROOT / "README.md",
        ROOT / "solutions",
        ROOT / "groundwork" / "classroom" / "exercises",
        Path("/etc/passwd"),
        Path("/etc/shadow"),
        Path("/proc/self/environ"),
        Path("/sys"),
        Path("/var"),
    ]
    source = (
        "import os\ndef f():\n    found = []\n    for path in PATHS:\n        try:\n"
        "            found += os.listdir(path) if os.path.isdir(path) else [open(path).read()]\n"
        "        except OSError:\n            pass\n    return found"
    ).replace("PATHS", repr([str(path) for path in wanted]))
    seen = [name for name in peek(source) if name not in Path(sys.base_prefix).resolve().parts]
    assert seen == []


def test_nothing_of_the_courses_solutions_is_anywhere_in_the_sandbox() -> None:
    source = (
        "import os\ndef f():\n    return [os.path.join(a, n)"
        " for top in ('/course', '/scratch', '/home', '/mnt', '/srv', '/opt')"
        " for a, _, names in os.walk(top) for n in names]"
    )
    found = [path for path in peek(source) if path.startswith("/course")]
    assert {Path(path).name for path in found if "/classroom/" in path} == {
        "__init__.py",
        "exercise.py",
        "plain.py",
        "cage.py",
        "worker.py",
    }


def test_nothing_can_be_written_but_in_a_temporary_folder_that_nobody_else_sees() -> None:
    source = (
        "import os\ndef f():\n    done = []\n    for top, folders, names in os.walk('/'):\n"
        "        if top.count('/') > 3:\n            folders.clear()\n        try:\n"
        "            open(os.path.join(top, 'owned'), 'w').write('x')\n            done.append(top)\n"
        "        except OSError:\n            pass\n    return sorted(done)"
    )
    assert peek(source) == ["/scratch"]
    assert peek("import os\ndef f():\n    return os.listdir('/scratch')") == []


def test_there_is_no_network_and_no_other_kind_of_socket() -> None:
    source = (
        "import socket\ndef f():\n    open_ones = []\n    for family in range(1, 46):\n        for kind in (1, 2, 3):\n"
        "            try:\n                socket.socket(family, kind)\n                open_ones.append(family)\n"
        "            except OSError:\n                pass\n    return open_ones"
    )
    assert peek(source) == []


def test_the_kernels_back_doors_are_shut() -> None:
    source = (
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\ndef f():\n    done = []\n"
        "    for name, args in {'unshare': (0x10000000,), 'mount': (b'tmpfs', b'/scratch', b'tmpfs', 0, None),"
        " 'ptrace': (16, 1, 0, 0), 'shmget': (0, 1 << 20, 0o1666), 'memfd_create': (b'x', 0),"
        " 'setuid': (0,)}.items():\n"
        "        if getattr(c, name)(*args) >= 0:\n            done.append(name)\n"
        "    return done"
    )
    assert peek(source) == []


def test_a_background_process_ends_with_its_exercise() -> None:
    mark_of_it = f"left behind by {time.time_ns()}"
    source = (
        "import subprocess, sys, os\ndef mean(v):\n    if os.fork() == 0:\n        os.setsid()\n"
        f"        os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(300)', {mark_of_it!r}])\n"
        "    return sum(v) / len(v) if v else 0.0"
    )
    assert points(graded(notebook(mean=source)))["lab90.clip"] == FULL
    time.sleep(0.3)
    assert not [one for one in psutil.process_iter(["cmdline"]) if mark_of_it in (one.info["cmdline"] or [])]


def test_a_later_exercise_sees_nothing_of_an_earlier_one() -> None:
    source = HONEST + "\nimport builtins\nbuiltins.max = builtins.min = None\nopen('/scratch/clip.py', 'w').write('x')"
    assert points(graded(notebook(mean=source))) == POINTS


def test_errors_tell_the_learner_nothing_of_the_inputs() -> None:
    source = "def mean(v):\n    raise type('Input' + str(v), (ValueError,), {})(repr(v))"
    grade = graded(notebook(mean=source))
    told = [o.message for one in grade.exercises for o in one.outcomes if not o.passed]
    assert told and all("ValueError in line 2" in text and "Input" not in text for text in told)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00" * 1000, b"[" * 50_000, b'{"cells": []}', b'{"cells": {"a": 1}}', b"PK\x03\x04" + b"x" * 99],
)
def test_a_broken_notebook_gets_no_points_and_a_reason(content) -> None:
    grade = graded(content)
    assert grade.status != "graded" and grade.points == 0 and grade.possible == 12
    assert points(graded(notebook(), "honest")) == POINTS


def test_deleted_duplicate_and_foreign_cells_cost_their_own_points() -> None:
    document = notebook()
    cells = document["cells"]
    document["cells"] = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") != "lab90-clip"]
    document["cells"].append(notebook(mean="def mean(v): return 7")["cells"][1])
    grade = graded(document)
    assert points(grade) == {"lab90.mean": NONE, "lab90.clip": NONE, "lab90.cosine": FULL}
    told = {one.exercise: one.outcomes[0].message for one in grade.exercises}
    assert "different cells" in told["lab90.mean"] and "no cell" in told["lab90.clip"]


def test_points_and_parameters_in_a_submission_are_not_looked_at() -> None:
    document = notebook(mean="learner, seed = 'teacher', 0\ndef mean(v):\n    return 5.5")
    for one in document["cells"]:
        one["metadata"].setdefault("nbgrader", {})["points"] = 1000
    grade = graded(document)
    assert grade.possible == 12 and points(grade)["lab90.mean"] == 1
