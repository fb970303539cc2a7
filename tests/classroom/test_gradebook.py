"""The gradebook: one grade a learner and lab, whole or not at all, and a CSV that no spreadsheet executes."""

import csv
from dataclasses import replace

import pytest

from groundwork.classroom.exercise import Outcome
from groundwork.classroom.gradebook import (
    ExerciseGrade,
    Grade,
    Gradebook,
    GradebookError,
    Key,
    Misconception,
    export_csv,
)

KEY = Key("ada", "lab90", "hash", "print", "spec", False)
OUTCOMES = (Outcome("right", 3, True), Outcome("fast", 1, False, "Too <slow>"))
GRADE = Grade(KEY, "graded", (ExerciseGrade("lab90.mean", OUTCOMES, "ValueError: x"),), 0.5)


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "deep" / "book.sqlite") as book:
        yield book


def test_a_grade_comes_back_as_it_was_put_in(book) -> None:
    book.put(GRADE)
    assert book.grades() == [GRADE] and GRADE.points == 3 and GRADE.possible == 4


def test_putting_the_same_grade_twice_changes_nothing(book) -> None:
    book.put(GRADE)
    once = book.dump()
    book.put(GRADE)
    assert book.dump() == once


def test_a_grade_counts_as_there_only_if_it_was_made_from_the_same(book) -> None:
    book.put(GRADE)
    assert book.holds(KEY)
    for name in ("learner", "lab", "submission", "secret", "spec"):
        assert not book.holds(replace(KEY, **{name: "another"}))
    assert not book.holds(replace(KEY, unsafe=True))


def test_a_new_grade_takes_the_old_ones_place_and_its_misconceptions_go(book) -> None:
    book.put(GRADE)
    book.put_misconception(Misconception("ada", "lab90", "lab90.mean", "biased", "why", 1.0))
    newer = replace(GRADE, key=replace(KEY, submission="newer"), exercises=())
    book.put(newer)
    assert book.grades() == [newer] and book.misconceptions() == []


def test_every_row_of_an_unsafe_grade_says_so(book) -> None:
    book.put(replace(GRADE, key=replace(KEY, unsafe=True)))
    book.put_misconception(Misconception("ada", "lab90", "lab90.mean", "biased", "why", 1.0, True))
    for table in ("grade", "outcome", "misconception"):
        assert {row[0] for row in book.base.execute(f"SELECT unsafe FROM {table}")} == {1}


def test_a_file_that_is_no_gradebook_is_an_error_for_a_person(tmp_path) -> None:
    (tmp_path / "book").write_bytes(b"certainly no database, and long enough to tell" * 30)
    with pytest.raises(GradebookError, match="cannot be used"):
        Gradebook(tmp_path / "book")


def test_the_csv_holds_no_formula_and_says_unsafe(tmp_path) -> None:
    grades = [replace(GRADE, key=replace(KEY, unsafe=True)), replace(GRADE, status="=HYPERLINK(1)")]
    export_csv(grades, {"ada": '@SUM(1)\n"quoted", too'}, tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["unsafe"] for row in rows] == ["UNSAFE", ""]
    assert rows[0]["name"].startswith("'@") and rows[1]["status"].startswith("'=")
    assert rows[0]["points"] == "3" and rows[0]["exercises"] == "lab90.mean: 3"
