"""What a text claims, word by word: numbers with their units, dates, addresses, names, negations, regions."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.claims import tokens, unsupported
from groundwork.assistant.regions import named

RULE = "Tents may be returned within 45 days of delivery. A label costs $6.50, from 3 March 2026 on."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Within 45 days.", {"45", "45 day"}),
        ("A 45-day window.", {"45", "45 day"}),
        ("45 business days", {"45", "45 business day"}),
        ("It costs $4.50, or 4.50 dollars.", {"$4.50", "4.50", "4.50 dollar"}),
        ("$ 45 and 45 %", {"$45", "45%"}),
        ("USD 45", {"45", "usd 45"}),
        ("by 3 p.m. on 3 March", {"3pm", "3", "3 march", "march"}),
        ("on March 3", {"3", "march 3", "march"}),
        ("twenty-five days", {"twenty five", "twenty five day"}),
        ("a hundred and four shades", {"hundred and four"}),
        ("within a week", {"one week"}),
        ("one year", {"one year"}),
        ("at -5 or +5", {"-5", "+5"}),
        ("B45, 45k and 45th", {"b45", "45k", "45th"}),
        ("½ of it, or Ⅻ", {"½", "ⅻ"}),
        ("chapter XIV", {"XIV"}),
        ("call 0 800-555 (01) 99", {"0", "800-555", "01", "99", "08005550199"}),
        ("mail help@alderwren.example.", {"help@alderwren.example"}),
        ("see evil.example or //x or tel:x", {"evil.example", "//x", "tel:x"}),
        ("no number, e.g. a tent. It is light.", set()),
        ("", set()),
    ],
)
def test_tokens_are_numbers_with_what_belongs_to_them(text: str, found: set[str]) -> None:
    assert tokens(text) == found


@given(st.text(max_size=80), st.text(max_size=80))
def test_lines_put_together_claim_what_each_claims(first: str, second: str) -> None:
    assert tokens(f"{first}\n{second}") == tokens(first) | tokens(second)


@given(st.text(max_size=200))
def test_a_text_supports_itself(text: str) -> None:
    assert unsupported(text, [text]) == []


NUMERIC = st.characters(categories=["Nd", "Nl", "No"])


@given(st.text(NUMERIC, min_size=1, max_size=8), st.integers(0, len(RULE)))
def test_a_number_of_any_script_put_anywhere_is_no_claim_of_the_rule(digits: str, place: int) -> None:
    text = RULE[:place] + digits + RULE[place:]
    assert tokens(text) - tokens(RULE)
    assert unsupported(text, [RULE])


@pytest.mark.parametrize(
    "text",
    [
        "Tents may be returned within 45 weeks of delivery.",
        "Tents may be returned within $45 of delivery.",
        "Tents may be returned within forty-five days.",
        "Tents may be returned within a week.",
        "Tents may be returned within minus 45 days.",
        "A label costs $6.5.",
        "A label costs 6.50.",
        "From 3 April 2026 on.",
        "From 26 March on.",
        "Tents may not be returned within 45 days of delivery.",
        "Tents may be returned within 45 days of delivery to Northwind.",
        "In the UK tents may be returned within 45 days.",
        "Tents may be returned within 45 days; see evil.example.",
    ],
)
def test_what_the_rule_does_not_say_is_unsupported(text: str) -> None:
    assert unsupported(text, [RULE])


@pytest.mark.parametrize(
    "text",
    [
        "Tents may be returned within 45 days of delivery.",
        "You have 45 days, from delivery on, to return tents.",
        "It is a 45-day window for tents.",
        "A label costs $6.50.",
        "From 3 March 2026 on, a label costs $6.50.",
    ],
)
def test_other_words_for_the_rule_are_supported(text: str) -> None:
    assert unsupported(text, [RULE]) == []


def test_two_negations_do_not_outweigh_each_other() -> None:
    rule = "Worn boots are not taken back, and never without a label."
    assert unsupported("Worn boots are taken back.", [rule])


def test_a_name_is_a_word_and_no_part_of_one() -> None:
    assert unsupported("It goes by Ten.", ["It goes by tents."])


@pytest.mark.parametrize(
    "piece", ["a", "1", "1 ", "a.", "two ", "two-", "a ", "@", "/", "a@", "$ ", " ", "M", "1-", "a-"]
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        unsupported(text, ["x"])
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(160_000) < 60 * max(
        min(seconds(10_000) for _ in range(3)), 0.002
    )  # 16 times the text, 256 if squared


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("How long does delivery to Poland take?", "eu"),
        ("I live in the UK. What does a parcel cost?", "uk"),
        ("Do you ship to Northern Ireland?", "uk"),
        ("Do you ship to Ireland?", "eu"),
        ("I'm in the U.S. now", "us"),
        ("Is the United States served?", "us"),
        ("I AM IN CANADA!", "ca"),
        ("I moved from Canada to France", None),
        ("Please tell us how long it takes", None),
        ("Do you deliver to New South Wales?", None),
        ("Do you deliver to New England?", None),
        ("Do you deliver to South America?", None),
        ("Do you deliver to Japan?", None),
        ("", None),
    ],
)
def test_the_one_region_that_a_question_names(question: str, region: str | None) -> None:
    assert named(question) == region


@given(st.text(max_size=300))
def test_a_region_is_one_that_there_is(question: str) -> None:
    assert named(question) in (None, "us", "ca", "uk", "eu")
