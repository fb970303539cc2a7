"""The file itself: small, standard library only, readable by Pythons that it then turns away."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2] / "course.py"
SOURCE = COURSE.read_text(encoding="utf-8")
TREE = ast.parse(SOURCE)


def test_fewer_than_250_lines():
    assert len(SOURCE.splitlines()) < 250


def test_imports_only_the_standard_library():
    imported = {alias.name for node in ast.walk(TREE) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)


def test_no_syntax_that_an_old_python_refuses():
    assert SOURCE.isascii()
    newer = (
        ast.JoinedStr,
        ast.AnnAssign,
        ast.NamedExpr,
        ast.Nonlocal,
        ast.YieldFrom,
        ast.MatMult,
        ast.Match,
        ast.AsyncFunctionDef,
        ast.Await,
        ast.TryStar,
    )
    for node in ast.walk(TREE):
        assert not isinstance(node, newer), ast.dump(node)
        if isinstance(node, ast.FunctionDef):
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
            assert not (node.args.kwonlyargs or node.args.posonlyargs or node.returns)
            assert not any(argument and argument.annotation for argument in given)
        if isinstance(node, ast.Raise):
            assert node.cause is None
        if isinstance(node, ast.ClassDef):
            assert not node.keywords
        if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set):
            assert not any(isinstance(child, ast.Starred) or child is None for child in ast.iter_child_nodes(node))
            assert not isinstance(node, ast.Dict) or None not in node.keys
        if isinstance(node, ast.Call):
            assert sum(isinstance(argument, ast.Starred) for argument in node.args) <= 1
    ast.parse(SOURCE, feature_version=(3, 7))
    assert not re.search(r"\d_\d", SOURCE)  # 1_000


@pytest.mark.parametrize(
    "patch",
    [
        "version_info = (2, 7, 18, 'final', 0)",
        "version_info = (3, 6, 15, 'final', 0)",
        "version_info = (3, 10, 13, 'final', 0)",
        "version_info = (3, 15, 0, 'final', 0)",
        "maxsize = 2**31 - 1",
        "abiflags = 't'",
    ],
)
def test_python_that_does_not_fit(patch):
    code = f"import sys, runpy; sys.{patch}; runpy.run_path({str(COURSE)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 10
    assert "3.11 to 3.14" in done.stderr
    assert ("32-bit" in done.stderr) == patch.startswith("maxsize")
    assert "Traceback" not in done.stderr


def test_real_old_pythons():
    found = [shutil.which(name) for name in ("python2", "python2.7", "python3.6", "python3.8", "python3.10")]
    old = [python for python in found if python and subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0]
    if not old:
        pytest.skip("no Python is installed that is too old")
    for python in old:
        done = subprocess.run([python, str(COURSE)], capture_output=True, text=True, check=False)
        assert done.returncode == 10
        assert "3.11 to 3.14" in done.stderr


def test_every_exit_code_is_documented(course):
    documented = {int(code) for code in re.findall(r"(?:^|  )(\d\d)  \w", course.__doc__, re.MULTILINE)}
    called = {int(code) for code in re.findall(r"(?:stop|exit)\((\d\d)\b", SOURCE)}
    assert documented == called | {cause[0] for cause in course.CAUSES}
    assert "130" in course.__doc__
