"""What the launcher costs once everything is set up."""

import statistics
import subprocess
import sys
import time

from groundwork.evaluation.rows import Row
from groundwork.paths import ROOT

ROUNDS = 9


def seconds(*command: str) -> float:
    """Wall time of a command."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - begun


def rows() -> list[Row]:
    """`course.py --version` against the same command run directly in the environment, in pairs."""
    differences = []
    seconds(sys.executable, "course.py", "--version")  # sets up, where that is still to be done
    for _ in range(ROUNDS):
        direct = seconds(sys.executable, "-m", "groundwork.cli", "--version")
        differences.append(seconds(sys.executable, "course.py", "--version") - direct)
    return [
        Row(
            "launcher, warm start",
            round(statistics.median(differences), 4),
            "s",
            min(differences),
            max(differences),
            ROUNDS,
            "python -m groundwork.cli",
            "<= 0.1",
        )
    ]
