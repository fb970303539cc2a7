"""The house: no import runs upwards, files stay short, and no tracked file names a path of one machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from groundwork.paths import ROOT

FLOORS = {
    "errors": 0,
    "paths": 0,
    "files": 0,
    "models": 1,
    "shop": 1,
    "search": 2,
    "assistant": 3,
    "evaluation": 4,
    "service": 5,
    "classroom": 5,
    "notebook": 6,
    "testing": 6,
    "lint": 6,
    "running": 6,
    "lab": 6,
    "cli_course": 6,
    "cli_evaluate": 6,
    "cli": 6,
}
MODULES = sorted((ROOT / "groundwork").rglob("*.py"))


def floor(module: str) -> int | None:
    """The floor of `groundwork.search.index`; None for the package itself."""
    parts = module.split(".")
    return FLOORS[parts[1]] if len(parts) > 1 else None


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("groundwork.")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_import_runs_upwards(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = floor(".".join(parts)) if len(parts) > 2 or parts[1] != "__init__" else None
    for name in imported(path):
        above = None if name == "groundwork.__version__" else floor(name)
        assert own is None or above is None or above <= own, f"{path.name} (floor {own}) imports {name} (floor {above})"


def test_models_and_shop_share_a_floor_and_do_not_know_each_other() -> None:
    for path in MODULES:
        other = {"models": "groundwork.shop", "shop": "groundwork.models"}.get(path.relative_to(ROOT).parts[1])
        assert other is None or not any(name.startswith(other) for name in imported(path)), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_stay_under_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 300


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_no_tracked_text_names_a_folder_of_one_machine() -> None:
    machine = re.compile(r"(?<![\w.~])/(?:work|farm|root|home/\w+|tmp)/\w", re.IGNORECASE)
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".ipynb", ".txt", ".cfg", ".yml", ".in") and path.is_file():
            found = machine.search(path.read_text(encoding="utf-8"))
            assert not found or path.name == Path(__file__).name, f"{path}: {found and found[0]}"
