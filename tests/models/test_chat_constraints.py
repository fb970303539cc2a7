"""Choices and schemas: what fits, what does not, and how likely a choice was."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from groundwork.models.constraints import choice_grammar, choice_masses, mismatch
from groundwork.models.wire import Token

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": ["integer", "null"]},
        "role": {"enum": ["staff", "customer"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("value", [{"name": "A"}, {"name": "A", "age": None, "role": "staff", "tags": ["x"]}])
def test_what_fits(value):
    assert mismatch(value, PERSON) == ""


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ([], "list"),
        ({}, "'name'"),
        ({"name": 3}, ".name"),
        ({"name": "A", "age": True}, ".age"),
        ({"name": "A", "age": 1.5}, ".age"),
        ({"name": "A", "role": "king"}, "king"),
        ({"name": "A", "tags": ["x", 1]}, ".tags[1]"),
        ({"name": "A", "more": 1}, "'more'"),
    ],
)
def test_what_does_not_fit_is_named(value, word):
    assert word in mismatch(value, PERSON)


def test_a_grammar_of_choices_quotes_them():
    assert choice_grammar(["yes", 'say "no"', "a\nb"]) == 'root ::= "yes" | "say \\"no\\"" | "a\\nb"'


@pytest.mark.parametrize("choices", [[], ["a", "a"], ["a", ""]])
def test_choices_that_make_no_sense(choices):
    with pytest.raises(ValueError, match="choices"):
        choice_grammar(choices)


def test_a_token_counts_for_the_choice_that_it_begins():
    top = {"Yes": 0.4, " yes": 0.2, "NO": 0.1, "The": 0.1, "": 0.05}
    first = Token("yes", math.log(0.15), {token: math.log(p) for token, p in top.items()})
    assert choice_masses(first, ["yes", "no"]) == pytest.approx({"yes": 0.75, "no": 0.1})


def test_the_exact_word_wins_over_a_longer_choice():
    first = Token("no", math.log(0.6), {"not": math.log(0.3)})
    assert choice_masses(first, ["no", "not sure"]) == pytest.approx({"no": 0.6, "not sure": 0.3})


def test_choices_with_one_beginning_are_refused():
    with pytest.raises(ValueError, match="first words"):
        choice_masses(Token("answer", -0.1, {}), ["answer one", "answer two"])


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=5, unique=True), st.data())
def test_masses_never_exceed_what_the_tokens_had(choices, data):
    tokens = data.draw(st.dictionaries(st.text(max_size=5), st.floats(0.001, 1), min_size=1, max_size=6))
    assume(sum(tokens.values()) <= 1)
    logs = {token: math.log(p) for token, p in tokens.items()}
    first = next(iter(logs))
    try:
        masses = choice_masses(Token(first, logs[first], logs), choices)
    except ValueError:
        return
    assert list(masses) == choices
    assert 0 <= sum(masses.values()) <= sum(tokens.values()) + 1e-9
