"""The name of a place that no page knows makes way for the region's; everything else stays as it was asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.regions import placed, words_of
from groundwork.search.documents import Document

KNOWN = words_of([Document("a", "Delivery", "Meridian Express delivers to Cedar Ford, to shops and in May.", "a.md")])


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("I'm in Leeds. What does it cost?", "I'm in the UK. What does it cost?"),
        ("In Stoke-on-Trent, who comes?", "In the UK, who comes?"),
        ("Is it free from St. Ives, Cornwall?", "Is it free from the UK?"),
        ("Is it faster to Milton Keynes or Hull?", "Is it faster to the UK or Hull?"),
        ("Do you deliver to Scotland?", "Do you deliver to Scotland?"),
        ("Do you deliver to Poland?", "Do you deliver to Poland?"),
        ("Who works at Meridian Express in Cedar Ford?", "Who works at Meridian Express in Cedar Ford?"),
        ("Is it open in May?", "Is it open in May?"),
        ("im in leeds, is it in stock", "im in leeds, is it in stock"),
        ("", ""),
    ],
)
def test_an_unknown_place_is_in_the_askers_region(question: str, read: str) -> None:
    assert placed(question, "uk", KNOWN) == read
    for region in (None, "atlantis"):
        assert placed(question, region, KNOWN) == question


@given(st.text(max_size=200), st.sampled_from(["us", "ca", "uk", "eu"]))
def test_a_question_without_capitals_and_one_that_was_read_stay_as_they_are(question: str, region: str) -> None:
    assert placed(question.lower(), region, KNOWN) == question.lower()
    once = placed(question, region, KNOWN)
    assert placed(once, region, KNOWN) == once


def test_the_words_of_documents_are_those_of_their_texts_in_lower_case() -> None:
    assert {"meridian", "may", "to"} <= KNOWN
    assert "delivery" not in KNOWN
