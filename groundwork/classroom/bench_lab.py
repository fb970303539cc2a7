"""A lab of five exercises for the benchmark: what is called, what a learner hands in, and the same for nbgrader."""

from typing import Any

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain

SOURCES = {
    "average": "def average(values):\n    return sum(values) / len(values)",
    "count_words": "def count_words(text):\n    return {w: text.split().count(w) for w in text.split()}",
    "cosine": (
        "import numpy as np\n\ndef cosine(a, b):\n    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))"
    ),
    "ranks": "def ranks(scores):\n    return sorted(range(len(scores)), key=lambda i: -scores[i])",
    "recall": "def recall(found, wanted):\n    return len(set(found) & set(wanted)) / len(set(wanted))",
}


def average(values: list[float]) -> float:
    """The mean."""
    return float(np.mean(values))


def count_words(text: str) -> dict[str, int]:
    """How often each word occurs."""
    return {word: text.split().count(word) for word in text.split()}


def cosine(a: Any, b: Any) -> float:
    """Cosine similarity."""
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def ranks(scores: list[float]) -> list[int]:
    """Places from the best score down."""
    return [int(i) for i in np.argsort(-np.array(scores), kind="stable")]


def recall(found: list[int], wanted: list[int]) -> float:
    """The share of what was wanted that was found."""
    return len(set(found) & set(wanted)) / len(set(wanted))


def equal(call: Call, wanted: Plain, got: Plain) -> str | None:
    """Equal, or close for numbers."""
    right = np.isclose(got, wanted) if isinstance(wanted, float) else got == wanted
    return None if right else "That is not the value."


def drawn(name: str, rng: np.random.Generator) -> list[Call]:
    """A dozen calls."""
    words = ("tent", "stove", "rope", "lamp", "map")

    def one() -> tuple[Plain, ...]:
        numbers = rng.normal(size=20)
        return {
            "average": (numbers.tolist(),),
            "count_words": (" ".join(rng.choice(words, 30)),),
            "cosine": (numbers, rng.normal(size=20)),
            "ranks": (numbers.tolist(),),
            "recall": (rng.integers(0, 20, 8).tolist(), rng.integers(0, 20, 8).tolist()),
        }[name]

    return [Call(one()) for _ in range(12)]


def inputs_of(name: str) -> Any:
    """The inputs of an exercise as a function of the generator."""
    return lambda rng: drawn(name, rng)


EXERCISES = tuple(
    Exercise(f"lab99.{one.__name__}", one.__name__, 5, 1, one, inputs_of(one.__name__), (Check("right", 2, equal),))
    for one in (average, count_words, cosine, ranks, recall)
)


def cell(id: str, source: str, **marks: object) -> dict[str, Any]:
    """A code cell as nbgrader marks it."""
    nbgrader = {"grade_id": id, "grade": False, "solution": True, "locked": False, "schema_version": 3, **marks}
    metadata = {"nbgrader": {**nbgrader, "cell_type": "code"}}
    return {"id": id, "cell_type": "code", "metadata": metadata, "source": source} | {
        "outputs": [],
        "execution_count": None,
    }


def notebook(tests: bool = False) -> dict[str, Any]:
    """A right submission; with `tests`, after each exercise a cell of asserts, as nbgrader needs."""
    cells = []
    for one in EXERCISES:
        cells.append(cell(one.id.replace(".", "-"), SOURCES[one.function]))
        if tests:
            marks = {"grade": True, "solution": False, "locked": True, "points": 2}
            cells.append(cell(f"{one.id.replace('.', '-')}-check", asserts(one), **marks))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def asserts(one: Exercise) -> str:
    """As many calls as grading makes, each compared in the notebook."""
    lines = ["import numpy as np", "from numpy import array"]
    for number in range(3):
        for call in one.inputs(np.random.default_rng(number)):
            wanted = one.reference(*call.args)
            given = ", ".join(map(repr, call.args))
            check = f"np.isclose({one.function}({given}), {wanted!r})"
            lines.append(f"assert {check if isinstance(wanted, float) else f'{one.function}({given}) == {wanted!r}'}")
    return "\n".join(lines)
