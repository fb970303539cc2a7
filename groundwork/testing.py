"""What `course.py test` runs: style, types, tests, notebooks. Every step runs even if one before it failed."""

import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from groundwork.models import weights
from groundwork.paths import ROOT

NEEDED = ("all-MiniLM-L6-v2", "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-1.5b-instruct")


def steps(fast: bool) -> dict[str, list[str]]:
    """The commands by name, as arguments for this Python's `-m`."""
    pytest = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "--durations", "8"]
    plan = {
        "style": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "--quiet", "."],
        "types": ["mypy", "groundwork"],
        "tests": [*pytest, "-m", "not slow"] if fast else pytest,
    }
    folders = ("notebooks", "solutions", "labs")
    notebooks = sorted(str(path.relative_to(ROOT)) for name in folders for path in (ROOT / name).glob("*.ipynb"))
    if notebooks:
        plan["lint"] = ["groundwork.cli", "lint"]
    if notebooks and not fast:
        sanitize = ["--nbval-sanitize-with", str(Path("tests") / "nbval_sanitize.cfg")]
        limits = ["--nbval-cell-timeout", "300", "-p", "no:randomly", "-p", "no:xdist", "-q"]
        plan["notebooks"] = ["pytest", "--nbval", *sanitize, *limits, *notebooks]
    return plan


def run(fast: bool) -> int:
    """Run all steps in the checkout, print a line each, and return the exit code: 0 if all of them passed."""
    console = Console()
    for name in NEEDED if not fast else NEEDED[:1]:
        weights.path(name)
    failed = []
    for name, command in steps(fast).items():
        begun = time.monotonic()
        console.rule(f"{name}: {' '.join(command)}"[:100])
        code = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
        console.print(f"{name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s")
        if code:
            failed.append(name)
    console.rule()
    console.print(f"Failed: {', '.join(failed)}" if failed else "All steps passed.")
    return 1 if failed else 0
