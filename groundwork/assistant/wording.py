"""A draft in the model's words: one sentence under a grammar, kept only if every claim in it stands in the quote.

Off by default, since the sentence itself is the baseline that it has to beat, and writing takes the model longer than
reading; `evaluate answers --compare` measures both. It is a part to plug in where a friendlier tone is worth that.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from groundwork.assistant.answer import talk
from groundwork.assistant.claims import unsupported
from groundwork.assistant.guard import unclean
from groundwork.assistant.reply import Draft
from groundwork.search.index import Hit

WORD = (
    "Answer the customer's question in one short sentence. Use only what the text says, and its own numbers and names."
)
ONE_SENTENCE = r'root ::= [A-Z] [^\n<>\[\]{}|`*#]{8,240} "."'  # no markup, no second line, an end
TOKENS = 60
Answer = Callable[[str, list[Hit]], Draft]


class Writer(Protocol):
    """What wording needs of a chat model."""

    @property
    def local(self) -> bool:
        """Whether it understands grammars."""
        ...

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, grammar: str | None) -> object:
        """An object with the `text` of the model's answer."""
        ...


def worded(question: str, draft: Draft, writer: Writer) -> Draft:
    """The draft in the model's words, or as it was if those say more, or other, than its quotes."""
    if not draft.quotes:
        return draft
    said = " ".join(quote.text for quote in draft.quotes)
    asked = f"Text: {said}\nQuestion: {question}"
    grammar = ONE_SENTENCE if writer.local else None
    got = writer.complete(talk(WORD, asked), max_tokens=TOKENS, grammar=grammar)
    text = " ".join(str(getattr(got, "text", "")).split())
    fits = text and not unclean(text) and not unsupported(text, [said])
    return replace(draft, text=text) if fits else draft


def with_wording(answer: Answer, writer: Writer) -> Answer:
    """An answering part whose drafts are worded by the model, for `Parts.answer`."""
    return lambda question, hits: worded(question, answer(question, hits), writer)
