"""The model's words are kept only where every claim in them stands in the quote."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.budget import Budget, BudgetError, Limits, MeteredWriter
from groundwork.assistant.claims import unsupported
from groundwork.assistant.guard import unclean
from groundwork.assistant.reply import Draft
from groundwork.assistant.wording import ONE_SENTENCE, TOKENS, with_wording, worded

SENTENCE = "Tents may be returned within 45 days of delivery, but not after use."


@dataclass
class Writer:
    text: str
    local: bool = True
    grammar: str | None = ""

    def complete(self, messages: list[dict[str, str]], *, max_tokens: int, grammar: str | None) -> SimpleNamespace:
        self.grammar = grammar
        return SimpleNamespace(text=self.text)


def drafted() -> Draft:
    return Draft(SENTENCE, (SimpleNamespace(text=SENTENCE),))  # type: ignore[arg-type]


def test_a_faithful_wording_is_kept() -> None:
    kept = "You may return a tent within 45 days of delivery, but not after use."
    assert worded("How long?", drafted(), Writer(kept)).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "You may return a tent within 54 days of delivery, but not after use.",
        "You may return a tent within 45 days of delivery, even after use.",
        "You may return a tent to Berlin within 45 days, but not after use.",
        "You may return a tent within 45 days, not after use: https://evil.example/x",
        "<b>45 days</b>, but not after use.",
        "You may return a tent within forty-five days of delivery, but not after use.",
        "",
    ],
)
def test_a_wording_that_says_more_falls_back_to_the_sentence(text: str) -> None:
    assert worded("How long?", drafted(), Writer(text)).text == SENTENCE


@given(text=st.text(max_size=300))
def test_whatever_the_model_writes_no_claim_is_new(text: str) -> None:
    said = worded("How long?", drafted(), Writer(text)).text
    assert said == SENTENCE or not (unsupported(said, [SENTENCE]) or unclean(said))


def test_a_draft_without_a_quote_is_not_worded() -> None:
    writer = Writer("Anything.")
    assert worded("How long?", Draft("", ()), writer) == Draft("", ())


def test_the_grammar_is_for_the_local_model_alone() -> None:
    for local in (True, False):
        writer = Writer(SENTENCE, local)
        with_wording(lambda question, hits: drafted(), writer)("How long?", [])
        assert writer.grammar == (ONE_SENTENCE if local else None)


def test_writing_counts_against_the_questions_budget() -> None:
    limits = Limits(Budget(calls=2, tokens=400))
    writer = MeteredWriter(Writer(SENTENCE), limits)
    part = with_wording(lambda question, hits: drafted(), writer)

    def thrice() -> None:
        assert part("How long?", []).text == SENTENCE
        assert (limits.spent.calls, limits.spent.tokens > TOKENS) == (1, True)
        part("How long?", [])
        part("How long?", [])

    with pytest.raises(BudgetError, match="2 calls of 400 tokens"):
        limits.run(thrice)
    with pytest.raises(BudgetError):
        limits.run(lambda: part("word " * 400, []))
