"""What grading costs: submissions a second of a lab with five exercises, two workers against one, memory, nbgrader.

Measured from a cluster that is up to grades that are in the gradebook; a run's start (seconds, once) is a row of its
own. nbgrader grades the same five exercises with as many calls, in batch, in the same run; its own sandbox is none.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from groundwork.classroom.bench_lab import EXERCISES, notebook
from groundwork.classroom.fan_out import Crew
from groundwork.classroom.gradebook import Gradebook, Key
from groundwork.classroom.marking import Task, mark
from groundwork.evaluation.rows import Row

ROUNDS = 3
PER_ROUND = 100  # submissions a worker
LONG_RUN = 1_000
NBGRADER = 8  # submissions
WARM_UP = 8


def rows() -> list[Row]:
    """Measure everything; takes about three minutes on two idle cores."""
    ones, twos, starts = [], [], []
    for _ in range(ROUNDS):  # in turns, so that a busy machine slows both
        ones.append(speed(1, PER_ROUND)[0])
        fast, start = speed(2, 2 * PER_ROUND)
        twos.append(fast)
        starts.append(start)
    ratios = [two / one for one, two in zip(ones, twos, strict=True)]
    ours, n = statistics.median(twos), 2 * PER_ROUND * ROUNDS
    grown = growth(LONG_RUN)
    return [
        Row("grading: five exercises, two workers", ours, "/s", min(twos), max(twos), n, "2 processes", ">= 10"),
        Row("grading: two workers", statistics.median(ratios), "x", min(ratios), max(ratios), n, "one", ">= 1.8"),
        Row("grading: start of the workers", statistics.median(starts), "s", min(starts), max(starts), ROUNDS),
        Row("grading: memory gained", grown, "MB", n=LONG_RUN, baseline="after the first tenth", bar="<= 50"),
        *against_nbgrader(ours),
    ]


def tasks(count: int) -> Iterator[Task]:
    """Right submissions of many learners."""
    content = json.dumps(notebook()).encode()
    for n in range(count):
        key = Key(f"learner{n}", "lab99", str(n), "print", "spec", False)
        yield Task(key, content, EXERCISES, tuple(range(n, n + len(EXERCISES))))


def speed(workers: int, count: int) -> tuple[float, float]:
    """Submissions a second, from a warm cluster to the gradebook; and the seconds until it was warm."""
    with tempfile.TemporaryDirectory() as folder, Gradebook(Path(folder) / "book") as book, Crew(workers) as crew:
        begun = time.perf_counter()
        for _ in crew.each(mark, tasks(WARM_UP)):
            pass
        warm = time.perf_counter()
        for _ in graded(crew, book, count):
            pass
        return count / (time.perf_counter() - warm), warm - begun


def graded(crew: Crew, book: Gradebook, count: int) -> Iterator[int]:
    """Grade and store; RuntimeError if one of the right submissions did not get full marks."""
    for done, (_, grade) in enumerate(crew.each(mark, tasks(count)), 1):
        if grade is None or grade.points != grade.possible:
            raise RuntimeError(f"A right submission got {grade and grade.points} points; the benchmark is worthless.")
        book.put(grade)
        yield done


def growth(count: int) -> float:
    """Megabytes that all our processes gain between the first tenth of the submissions and the last."""
    early = late = 0
    with tempfile.TemporaryDirectory() as folder, Gradebook(Path(folder) / "book") as book, Crew(2) as crew:
        for done in graded(crew, book, count):
            if done == count // 10:
                early = resident()
            late = resident() if done == count else late
    return (late - early) / 2**20


def resident() -> int:
    """Bytes of memory of this process and all below it."""
    ours = psutil.Process()
    total = 0
    for process in [ours, *ours.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def against_nbgrader(ours: float) -> list[Row]:
    """nbgrader's submissions a second in batch, and ours against it; nothing where it is not installed."""
    if importlib.util.find_spec("nbgrader") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        theirs = 1 / nbgrader_seconds(Path(folder))
    return [
        Row("grading: nbgrader in batch", theirs, "/s", n=NBGRADER, baseline="same exercises, no sandbox"),
        Row("grading: ours", ours / theirs, "x", n=NBGRADER, baseline="nbgrader in batch"),
    ]


def nbgrader_seconds(course: Path) -> float:
    """Seconds a submission of `nbgrader autograde`, without its start: a batch of NBGRADER more against one of one."""
    write(course / "source" / "bench" / "bench.ipynb", notebook(tests=True))
    run(course, "generate_assignment", "bench", "--create")
    seconds = []
    for batch in (range(1), range(1, NBGRADER + 2)):
        for n in batch:
            write(course / "submitted" / f"learner{n}" / "bench" / "bench.ipynb", notebook(tests=True))
        begun = time.perf_counter()
        run(course, "autograde", "bench", "--create")  # those that are graded already are left alone
        seconds.append(time.perf_counter() - begun)
    return (seconds[1] - seconds[0]) / NBGRADER


def write(path: Path, document: dict[str, object]) -> None:
    """Write a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def run(course: Path, *words: str) -> None:
    """An nbgrader command; raises RuntimeError if it fails."""
    command = [sys.executable, "-m", "nbgrader", *words, f"--CourseDirectory.root={course}"]
    beside = str(Path(sys.executable).parent)  # nbgrader starts alembic by its bare name
    env = os.environ | {"PATH": beside + os.pathsep + os.environ.get("PATH", ""), "JUPYTER_CONFIG_DIR": str(course)}
    log = course / "log.txt"  # a file, since its kernels would keep a pipe open
    with log.open("w", encoding="utf-8") as file:
        nowhere = subprocess.DEVNULL
        done = subprocess.run(command, cwd=course, env=env, stdin=nowhere, stdout=file, stderr=file, timeout=300)
    if done.returncode:
        raise RuntimeError(f"nbgrader {words[0]} failed: {log.read_text(encoding='utf-8')[-500:]}")
