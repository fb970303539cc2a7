"""Every exercise by its id. A lab's exercises stand in `exercises/labNN.py`, as the tuple `EXERCISES`."""

import difflib
import importlib
import pkgutil

from groundwork.classroom import exercises
from groundwork.classroom.exercise import Exercise
from groundwork.errors import GroundworkError


class ExerciseError(GroundworkError):
    """An exercise or a lab that does not exist."""


def collected() -> dict[str, Exercise]:
    """All exercises of all labs, in the order of the course. Raises ValueError if two share an id."""
    found: dict[str, Exercise] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(exercises.__path__)):
        for one in importlib.import_module(f"{exercises.__name__}.{name}").EXERCISES:
            if one.id in found or one.id.split(".")[0] != name:
                raise ValueError(f"exercises/{name}.py: the id {one.id!r} is taken or of another lab")
            found[one.id] = one
    return found


EXERCISES = collected()


def labs() -> list[str]:
    """The labs that have exercises: lab01, lab05 …"""
    return list(dict.fromkeys(id.split(".")[0] for id in EXERCISES))


def exercise(id: str) -> Exercise:
    """An exercise by id. Raises ExerciseError that names the most similar ones."""
    if id not in EXERCISES:
        near = difflib.get_close_matches(str(id), EXERCISES, n=3, cutoff=0.3) or list(EXERCISES)
        raise ExerciseError(f"There is no exercise {id!r}. Did you mean {' or '.join(near)}?")
    return EXERCISES[id]


def of_lab(lab: str) -> list[Exercise]:
    """The exercises of a lab such as `lab05`, in order. Raises ExerciseError if it has none."""
    found = [one for id, one in EXERCISES.items() if id.startswith(f"{lab}.")]
    if not found:
        raise ExerciseError(f"There is no lab {lab!r}. The labs are {', '.join(labs())}.")
    return found


def grade_id(id: str) -> str:
    """The id of an exercise's cell in a notebook; nbgrader allows no dot.

    >>> grade_id("lab05.rrf")
    'lab05-rrf'
    """
    return id.replace(".", "-")
