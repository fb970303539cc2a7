"""A small lab for testing the grader: three exercises, their right solutions, known mistakes, and notebooks of them."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.grade_report import Report
from groundwork.classroom.misconceptions import Mutant

SECRET = b"a secret for tests, 32 bytes long"
FUNCTIONS = ("mean", "clip", "cosine")
RIGHT = {
    "mean": "def mean(values):\n    return sum(values) / len(values) if values else 0.0",
    "clip": "def clip(value, low, high):\n    return max(low, min(high, value))",
    "cosine": "import numpy as np\ndef cosine(a, b):\n    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)",
}
MUTANTS = {
    "lab90.mean": (
        Mutant("biased", "Divides by n + 1.", "def mean(v):\n    return sum(v) / (len(v) + 1)"),
        Mutant("median", "Takes the middle.", "def mean(v):\n    return sorted(v)[len(v) // 2] if v else 0.0"),
    ),
}


def mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def clip(value: float, low: float, high: float) -> float:
    return float(np.clip(value, low, high))


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def lists(rng: np.random.Generator) -> list[Call]:
    return [Call(([],), "nothing"), *(Call((rng.normal(size=3 + n).tolist(),)) for n in range(6))]


def numbers(rng: np.random.Generator) -> list[Call]:
    return [Call((float(rng.normal() * 9), -1.0, 1.0)) for _ in range(8)]


def vectors(rng: np.random.Generator) -> list[Call]:
    return [Call((rng.normal(size=5), rng.normal(size=5))) for _ in range(6)]


def close(call: Call, wanted: Plain, got: Plain) -> str | None:
    return None if np.isclose(got, wanted) else "The number is wrong."


def number(call: Call, wanted: Plain, got: Plain) -> str | None:
    return None if isinstance(got, float | int) else "It is no number."


def made(reference, inputs, seconds: float = 0.5) -> Exercise:
    checks = (Check("right", 3, close), Check("a number", 1, number))
    name = reference.__name__
    return Exercise(f"lab90.{name}", f"The {name}", 5, 1, reference, inputs, checks, seconds)


EXERCISES = (made(mean, lists), made(clip, numbers), made(cosine, vectors))
POINTS = {f"lab90.{name}": 4 for name in FUNCTIONS}


def cell(id: str, source: str, **more: object) -> dict:
    marks = {"grade_id": id, "grade": False, "solution": True, "locked": False, "schema_version": 3, **more}
    metadata = {"tags": ["export"], "nbgrader": marks | {"cell_type": "code"}}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def notebook(**sources: str) -> dict:
    """A submission; `mean="…"` replaces that exercise's cell."""
    written = [cell(f"lab90-{name}", source) for name, source in (RIGHT | sources).items()]
    check = cell("lab90-mean-check", "assert False, 'a test cell, which the grader must not run'", grade=True)
    loose = {"cell_type": "code", "metadata": {}, "source": "1 / 0", "outputs": [], "execution_count": None}
    return {"cells": [loose, *written, check], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def hand_in(folder: Path, learner: str, **sources: str) -> Path:
    path = folder / learner / "labs" / "lab90_toy.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(**sources)), encoding="utf-8")
    return path


def roster(path: Path, learners: Sequence[str]) -> Path:
    path.write_text("learner,name\n" + "".join(f"{id},Name of {id}\n" for id in learners), encoding="utf-8")
    return path


def points(report: Report, learner: str) -> dict[str, int]:
    (grade,) = [one for one in report.grades if one.key.learner == learner]
    return {one.exercise: sum(o.points for o in one.outcomes if o.passed) for one in grade.exercises}


def message(report: Report, learner: str, exercise: str) -> str:
    (grade,) = [one for one in report.grades if one.key.learner == learner]
    return next(o.message for one in grade.exercises if one.exercise == exercise for o in one.outcomes if not o.passed)
