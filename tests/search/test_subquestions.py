"""Two questions in one are told apart; one question stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.search.subquestions import subquestions


@pytest.mark.parametrize(
    "text",
    [
        "How long do I have to return a tent?",
        "I bought boots and socks last week. How long may I keep them?",
        "tent warranty",
        "",
        "My order is late and the app says nothing. Help!",
        "Can you take my old table away when the new one comes? How much is that?",
        "My husband who is tall does not fit into the tent. How many days have I got to return it?",
    ],
)
def test_one_question_stays_as_it_is(text: str) -> None:
    assert subquestions(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "What does express to Hull cost? When does a parcel to Leeds come?",
            ["What does express to Hull cost?", "When does a parcel to Leeds come?"],
        ),
        (
            "What does a new zip cost and when is the jacket ready?",
            ["What does a new zip cost", "when is the jacket ready?"],
        ),
        (
            "I'm in Hull. How much is express delivery here, and also how late can I order?",
            ["I'm in Hull. How much is express delivery here", "I'm in Hull. also how late can I order?"],
        ),
    ],
)
def test_two_questions_are_told_apart(text: str, parts: list[str]) -> None:
    assert subquestions(text) == parts


@given(st.text(max_size=300))
def test_no_word_is_lost_and_nothing_is_invented(text: str) -> None:
    parts = subquestions(text)
    assert parts
    words = set(text.split())
    assert all(set(part.split()) <= words | {piece.rstrip(",;") for piece in words} for part in parts)


def test_long_runs_of_white_space_are_read_once() -> None:
    assert len(subquestions("How long is it," + " " * 20_000 + "and how much?" + "\n" * 20_000)) >= 1
