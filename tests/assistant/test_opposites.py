"""Words for the two ends of a scale tell neighbours apart that share everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.opposites import opposed_and_agreed

OPENS, CLOSES = "The lines open at 7 am.", "You can call us until 8 pm."


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("How late can I call?", OPENS, (1, 0)),
        ("How late can I call?", CLOSES, (0, 1)),
        ("How early can I call?", OPENS, (0, 1)),
        ("til when can i ring u", OPENS, (1, 0)),
        ("From when until when can I call?", OPENS, (0, 0)),
        ("When can I call?", CLOSES, (0, 0)),
        ("What does your quickest delivery cost?", "Standard delivery costs $5.", (1, 0)),
        ("What does a normal parcel cost?", "Express costs $9.", (1, 0)),
        ("What's the biggest gift card?", "Gift cards hold at least $10.", (1, 0)),
        ("What's the biggest gift card?", "Gift cards hold up to $500 and at least $10.", (0, 0)),
        ("How late is the fastest delivery?", "Express parcels come until noon.", (0, 2)),
        ("", "", (0, 0)),
    ],
)
def test_ends_are_opposed_or_agree(question: str, sentence: str, found: tuple[int, int]) -> None:
    assert opposed_and_agreed(question, sentence) == found


TEXT = st.text(st.characters(codec="ascii"), max_size=200)


@given(TEXT, TEXT)
def test_a_pair_is_counted_once_at_most_in_any_text(question: str, sentence: str) -> None:
    opposed, agreed = opposed_and_agreed(question, sentence)
    assert 0 <= opposed + agreed <= 3
    assert opposed_and_agreed(question.upper(), sentence.upper()) == (opposed, agreed)
