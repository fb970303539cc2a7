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
        "Will the headlamp last through two days of hiking? What battery life do you state?",
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
        (
            "If I buy a radio today, how long can I bring it back, and how long does your own warranty last?",
            [
                "If I buy a radio today, how long can I bring it back",
                "If I buy a radio today, how long does your own warranty last?",
            ],
        ),
        (
            "New boots: for how many months do you answer for the sole, and for how many days can I swap the size?",
            [
                "New boots: for how many months do you answer for the sole",
                "New boots: for how many days can I swap the size?",
            ],
        ),
        (
            "What do you charge to take my old sofa away, and how long can I return the new one if it is from stock?",
            [
                "What do you charge to take my old sofa away",
                "my old sofa away: how long can I return the new one if it is from stock?",
            ],
        ),
        (
            "What's the cap on gas canisters, and the weight limit for a parcel locker?",
            ["What's the cap on gas canisters", "What's the weight limit for a parcel locker?"],
        ),
        (
            "Can my son come along without me? And what's normal postage to Cardiff?",
            ["Can my son come along without me?", "And what's normal postage to Cardiff?"],
        ),
        (
            "What do I get for my birthday, and how much is it to have something wrapped?",
            ["What do I get for my birthday", "how much is it to have something wrapped?"],
        ),
    ],
)
def test_two_questions_are_told_apart(text: str, parts: list[str]) -> None:
    assert subquestions(text) == parts


@given(st.text(max_size=300))
def test_no_word_is_lost_and_nothing_is_invented(text: str) -> None:
    parts = subquestions(text)
    assert parts
    words = {word.strip(",;:") for word in text.split()}
    assert all({word.strip(",;:") for word in part.split()} <= words for part in parts)


def test_long_runs_of_white_space_are_read_once() -> None:
    assert len(subquestions("How long is it," + " " * 20_000 + "and how much?" + "\n" * 20_000)) >= 1
