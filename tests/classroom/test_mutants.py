"""The grader is tested: no wrong solution passes, no right one fails, no check is idle, and this very test can fail."""

import ast
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from groundwork.classroom import mutants
from groundwork.classroom.check import check
from groundwork.classroom.exercise import Check, Exercise, assess
from groundwork.classroom.mutants import MutantError, Report, Variant, attempt, files, judged, loaded, report
from groundwork.classroom.mutations import mutations
from groundwork.classroom.registry import EXERCISES, exercise

EVERY = pytest.mark.parametrize("one", EXERCISES.values(), ids=EXERCISES.keys())
RRF = exercise("lab05.rrf")


@EVERY
def test_wrong_solutions_fail_and_right_ones_pass(one: Exercise) -> None:
    assert report(one).problems == []


@EVERY
def test_a_solution_made_for_the_public_seed_passes_check_and_fails_in_grading(one: Exercise) -> None:
    made = [variant for variant in files(one, "mutants") if variant.name.endswith("__public_seed_only")]
    assert made, "every exercise needs a mutant that is right on the public seed only"
    for variant in made:
        assert check(one.id, loaded(variant, one.function)).passed
        assert not judged(one, variant).passed


@EVERY
def test_every_exercise_has_a_mutant_that_changes_its_input(one: Exercise) -> None:
    told = [outcome.message for variant in files(one, "mutants") for outcome in attempt(one, variant, 1)]
    assert any("in place" in message for message in told)


def without(one: Exercise, *names: str) -> Report:
    return report(replace(one, checks=tuple(part for part in one.checks if part.name not in names)))


def test_a_grader_with_a_check_missing_is_found_out() -> None:
    problems = without(RRF, "equal scores").problems
    assert "passes and should not: rrf__ties_by_name" in problems


def test_a_check_that_accepts_everything_is_found_out() -> None:
    idle = replace(RRF, checks=(*RRF.checks, Check("idle", 1, lambda call, wanted, found: None)))
    assert report(idle).problems == ["no written mutant fails the check “idle”"]


def test_a_check_that_is_too_strict_is_found_out() -> None:
    exact = Check("exact", 1, lambda call, wanted, found: None if type(found) is tuple else "no")
    problems = report(replace(RRF, checks=(*RRF.checks, exact))).problems
    assert any(problem.startswith("is right and fails: rrf__defaultdict") for problem in problems)


def test_too_few_mutants_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "LEAST_RIGHT", 100)
    assert any("alternatives of 100" in problem for problem in report(RRF).problems)


def test_an_endless_loop_is_stopped() -> None:
    endless = Variant("endless", "never ends", "def rrf(rankings, k=60):\n    while True:\n        pass\n")
    assert "TooLongError" in next(iter(judged(RRF, endless).failed.values()))


def test_files_without_the_function_or_a_docstring_are_errors(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MutantError, match="does not define the function rrf"):
        loaded(Variant("x", "y", "def other(): pass"), "rrf")
    monkeypatch.setattr(mutants, "SOLUTIONS", tmp_path)
    (tmp_path / "mutants" / "lab05").mkdir(parents=True)
    (tmp_path / "mutants" / "lab05" / "rrf__mute.py").write_text("def rrf(): pass\n")
    with pytest.raises(MutantError, match="docstring"):
        list(files(RRF, "mutants"))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('[[rrf]]\nold = "a"\nnew = "b"\nreason = "gone"\n', "no such mutation any more"),
        ('[[rrf]]\nold = "a"\nnew = "b"\nreason = " "\n', "needs exactly old, new and reason"),
    ],
)
def test_the_list_of_equivalents_is_kept_honest(entry, message, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "SOLUTIONS", tmp_path)
    (tmp_path / "mutants" / "lab05").mkdir(parents=True)
    (tmp_path / "mutants" / "lab05" / "equivalent.toml").write_text(entry)
    if "exactly" in message:
        with pytest.raises(MutantError, match=message):
            report(RRF)
    else:
        assert any(message in problem for problem in report(RRF).problems)


SOURCE = '''
def f(x, k=60):
    """Docs with 1 number."""
    total: float = 0.0
    for place, item in enumerate(x, start=1):
        total += 2 * item / (k + place) if item > 0 and place < 9 else -item
    return not total
'''


def test_mutations_are_one_small_change_each_and_all_different() -> None:
    found = mutations(SOURCE)
    sources = [mutation.source for mutation in found]
    assert len(set(sources)) == len(sources) > 20
    for mutation in found:
        ast.parse(mutation.source)
        assert "Docs" not in mutation.source
        assert mutation.old != mutation.new
    news = "\n".join(mutation.new for mutation in found)
    for change in (
        "k=61",
        "start=0",
        "item >= 0",
        "place > 9",
        " or ",
        "k - place",
        "total -=",
        "total = 2",
        "total\n",
    ):
        assert change in news + "\n", change


def test_the_table_and_the_rows_say_the_same() -> None:
    reports = [report(RRF)]
    console = Console(width=160, record=True, quiet=True)
    mutants.print_reports(reports, console)
    rows = {row.name: row for row in mutants.rows(reports)}
    assert all(row.ok for row in rows.values())
    assert rows["lab05.rrf: written mutants caught"].n == len(list(files(RRF, "mutants")))
    bad = replace(reports[0], problems=["one"])
    assert not mutants.rows([bad])[-1].ok


def test_draws_differ_from_the_public_seed() -> None:
    assert 0 not in mutants.DRAWS
    outcomes = assess(RRF, lambda _, calls: [], np.random.default_rng(0))
    assert not any(outcome.passed for outcome in outcomes)
