"""Is the grader any good? Wrong solutions must lose points, right ones must not: `course.py mutants`.

`solutions/mutants/labNN/<exercise>__<what>.py` holds a wrong solution that people really write, its docstring saying
what went wrong; `solutions/alternatives/labNN/<exercise>__<what>.py` a right one, written in another way. Beside them
stand mechanical mutations of the reference. Those that nobody could tell from the reference are listed, each with its
reason, in `solutions/mutants/labNN/equivalent.toml`.
"""

import ast
import inspect
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.console import Console
from rich.table import Table

from groundwork.classroom.check import here
from groundwork.classroom.exercise import Exercise, Outcome, Plain, assess
from groundwork.classroom.mutations import Mutation, mutations
from groundwork.classroom.registry import EXERCISES, of_lab
from groundwork.classroom.seeds import PUBLIC
from groundwork.errors import GroundworkError
from groundwork.evaluation.rows import Row
from groundwork.paths import ROOT

SOLUTIONS = ROOT / "solutions"
DRAWS = (4_711, 90_210, 31_415)  # stand for a secret: no mutant may know them, just as it could not know the real ones
ROUNDS = 300_000  # of all loops together; a mutant that loops without end is stopped, the same on every machine
LEAST_WRONG, LEAST_RIGHT = 6, 3
ANY_CHECK = ("Your function raised", "Your function changes", "Your function did not")  # fails all checks alike


class MutantError(GroundworkError):
    """A mutant's or an alternative's file that cannot be used."""


class TooLongError(Exception):
    """A loop that went round too often."""


@dataclass(frozen=True)
class Variant:
    """A solution to try: where it came from, what it says of itself, its source, and the names it may use."""

    name: str
    about: str
    source: str
    names: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Verdict:
    """How a variant fared: the checks it failed in any draw, with the message of the first."""

    variant: Variant
    failed: dict[str, str]

    @property
    def passed(self) -> bool:
        """Whether it would get full marks."""
        return not self.failed


@dataclass(frozen=True)
class Report:
    """One exercise against all its variants."""

    exercise: Exercise
    written: list[Verdict]
    mechanical: list[Verdict]
    right: list[Verdict]
    equivalent: int
    problems: list[str]


def examine(lab: str | None = None, console: Console | None = None) -> list[Report]:
    """Try every variant of a lab's exercises, or of all; raises MutantError for a file that cannot be used."""
    chosen = of_lab(lab) if lab else list(EXERCISES.values())
    reports = []
    for one in chosen:
        if console:
            console.print(f"{one.id} …")
        reports.append(report(one))
    return reports


def report(one: Exercise) -> Report:
    """Everything about one exercise, its problems spelled out."""
    written = [judged(one, variant) for variant in files(one, "mutants")]
    right = [judged(one, variant, (PUBLIC, *DRAWS)) for variant in files(one, "alternatives")]
    listed = equivalents(one)
    found = [(mutation.key, judged(one, mechanical_variant(one, mutation))) for mutation in mutations_of(one)]
    mechanical = [verdict for key, verdict in found if key not in listed]
    spared = [verdict for key, verdict in found if key in listed]
    problems = [
        f"no such mutation any more, take it off equivalent.toml: {old} -> {new}"
        for old, new in listed
        if (old, new) not in dict(found)
    ]
    problems += [f"is caught, take it off equivalent.toml: {v.variant.name}" for v in spared if not v.passed]
    problems += [f"passes and should not: {v.variant.name}" for v in [*written, *mechanical] if v.passed]
    problems += [f"is right and fails: {v.variant.name}: {next(iter(v.failed.values()))}" for v in right if v.failed]
    never = {check.name for check in one.checks} - {
        name for v in written for name, message in v.failed.items() if not message.startswith(ANY_CHECK)
    }
    problems += [f"no written mutant fails the check “{name}”" for name in sorted(never)]
    if len(written) < LEAST_WRONG or len(right) < LEAST_RIGHT:
        problems.append(f"has {len(written)} mutants of {LEAST_WRONG} and {len(right)} alternatives of {LEAST_RIGHT}")
    return Report(one, written, mechanical, right, len(listed), problems)


def judged(one: Exercise, variant: Variant, seeds: Sequence[int] = DRAWS) -> Verdict:
    """A variant in every draw, as grading does it: a check passes if it passes in all draws."""
    failed: dict[str, str] = {}
    for seed in seeds:
        for outcome in attempt(one, variant, seed):
            if not outcome.passed:
                failed.setdefault(outcome.check, outcome.message)
    return Verdict(variant, failed)


def attempt(one: Exercise, variant: Variant, seed: int) -> list[Outcome]:
    """One draw. A source that fails already when it is run fails every check."""
    try:
        function = loaded(variant, one.function)
    except Exception as error:  # noqa: BLE001 - a mutated default argument or constant may raise anything
        return [Outcome(check.name, check.points, False, f"{type(error).__name__}: {error}") for check in one.checks]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return assess(one, here(function), np.random.default_rng(seed))


def loaded(variant: Variant, name: str) -> Callable[..., Plain]:
    """Run a variant's source with its loops counted and take its function. Raises MutantError if it has none."""
    left = [ROUNDS]

    def tick() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise TooLongError("a loop went round too often")

    names: dict[str, object] = dict(variant.names) | {"__tick__": tick, "__name__": "variant"}
    exec(compile(counted(variant.source), variant.name, "exec"), names)  # noqa: S102 - our own files, see above
    function = names.get(name)
    if not callable(function):
        raise MutantError(f"{variant.name} does not define the function {name}.")
    return function


def counted(source: str) -> ast.Module:
    """The source with a call of `__tick__` at the start of every `while` and `for` loop's body."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.While | ast.For):
            node.body = [*ast.parse("__tick__()").body, *node.body]
    return ast.fix_missing_locations(tree)


def files(one: Exercise, kind: str) -> Iterator[Variant]:
    """An exercise's mutants or alternatives on disk, by name. Raises MutantError for one without a docstring."""
    lab, name = one.id.split(".")
    for path in sorted((SOLUTIONS / kind / lab).glob(f"{name}__*.py")):
        source = path.read_text(encoding="utf-8")
        about = ast.get_docstring(ast.parse(source))
        if not about:
            raise MutantError(f"{path} needs a docstring that says what is special about it.")
        yield Variant(path.stem, about, source)


def mutations_of(one: Exercise) -> list[Mutation]:
    """The mechanical mutations of an exercise's reference and of the functions beside it that it calls."""
    source = inspect.getsource(one.reference)
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    beside = vars(sys.modules[one.reference.__module__])
    helpers = [beside[name] for name in sorted(called - {one.function}) if inspect.isfunction(beside.get(name))]
    return mutations("\n\n".join([inspect.getsource(item) for item in helpers] + [source]))


def mechanical_variant(one: Exercise, mutation: Mutation) -> Variant:
    """A mutation that sees what the reference sees."""
    return Variant(
        str(mutation), "a mutation of the reference", mutation.source, vars(sys.modules[one.reference.__module__])
    )


def equivalents(one: Exercise) -> dict[tuple[str, str], str]:
    """Mutations that change nothing, (old, new) -> the reason. Raises MutantError for an entry without one."""
    lab, name = one.id.split(".")
    path = SOLUTIONS / "mutants" / lab / "equivalent.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get(name, []) if path.exists() else []
    for entry in entries:
        if set(entry) != {"old", "new", "reason"} or not entry["reason"].strip():
            raise MutantError(f"{path}: an entry of {name} needs exactly old, new and reason; it has {sorted(entry)}.")
    return {(entry["old"], entry["new"]): entry["reason"] for entry in entries}


def rows(reports: Sequence[Report]) -> list[Row]:
    """Each exercise's share of wrong solutions that lose points, and of right ones that don't."""
    found = []
    for one in reports:
        kinds = {
            "written mutants caught": (one.written, False),
            "mechanical mutations caught": (one.mechanical, False),
            "alternatives accepted": (one.right, True),
        }
        for name, (verdicts, right) in kinds.items():
            share = sum(v.passed == right for v in verdicts) / max(len(verdicts), 1)
            found.append(Row(f"{one.exercise.id}: {name}", share, "", n=len(verdicts), bar=">= 1"))
        found.append(Row(f"{one.exercise.id}: problems", len(one.problems), "", bar="<= 0"))
    return found


def print_reports(reports: Sequence[Report], console: Console) -> None:
    """A table of written mutants with the checks that caught each, then the counts, then what is wrong."""
    table = Table(title="Wrong solutions, and what catches them")
    for name in ("wrong solution", "what went wrong", "caught by", "checks"):
        table.add_column(name, justify="right" if name == "checks" else "left")
    for one in reports:
        for v in one.written:
            caught = next(iter(v.failed), "[red]nothing[/]")
            count = f"{len(v.failed)} of {len(one.exercise.checks)}"
            name = f"{one.exercise.id} {v.variant.name.split('__')[1]}".replace("_", " ")
            table.add_row(name, v.variant.about.split("\n")[0], caught, count)
        table.add_section()
    console.print(table)
    for one in reports:
        console.print(
            f"{one.exercise.id}: {len(one.written)} written mutants, {len(one.mechanical)} mechanical ones, "
            f"{one.equivalent} equivalent ones listed, {len(one.right)} alternatives",
            soft_wrap=True,
        )
        for problem in one.problems:
            console.print(f"  ✗ {problem}", style="red", markup=False, soft_wrap=True)


def main(lab: str | None = None, console: Console | None = None) -> list[Report]:
    """`course.py mutants`: try everything, print it, and return the reports; a problem in any of them is a failure."""
    console = console or Console()
    reports = examine(lab, console)
    print_reports(reports, console)
    return reports


if __name__ == "__main__":
    sys.exit(any(one.problems for one in main(sys.argv[1] if len(sys.argv) > 1 else None)))
