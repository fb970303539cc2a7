"""Ways of answering without our safeguards, to compare with: the bare model, plain RAG, few shots, JSON.

Each is what a careful beginner would write. They say in free text that they don't know, so that a rule has to decide
whether they answered (`declined`), in their favour where it is unclear.
"""

import json
import re
from collections.abc import Callable, Sequence

from groundwork.evaluation.answers import asker_of
from groundwork.models.chat import Chat
from groundwork.models.chat_errors import ChatError
from groundwork.search.index import Hit, Index, Scope
from groundwork.shop.records import Question

Way = Callable[[Question], str]  # the reply's text; "" if it declined
CHUNKS, WORDS = 3, 60
DECLINED = re.compile(
    r"(?:do(?:es)?n[’']t|do(?:es)? not|did not|can(?:not|[’']t)|could not|unable to|isn[’']t|is not|are not|not) "
    r"(?:know|have|find|provide|specify|mention|state|contain|say|include|available|specified|mentioned|stated|provided"
    r"|given|clear|access|determine|answer|sure)|no (?:specific )?(?:information|mention|answer)|unknown|unanswerable"
    r"|need more (?:information|details)|please (?:provide|specify|clarify|contact)|could you (?:please )?(?:specify"
    r"|clarify|tell|provide)",
    re.IGNORECASE,
)
BARE = "You are the support assistant of Alder & Wren, an outdoor and home store. Answer in one sentence."
RAG = (
    "You are the support assistant of Alder & Wren. Answer the question in one sentence from the documents. If they do "
    "not hold the answer, say: I don't know."
)
SHOTS = (
    (
        "Documents:\nA skate pass costs $12 for a day.\n\nQuestion: What is the price of a day on the ice?",
        "It costs $12.",
    ),
    ("Documents:\nThe café opens at 9 am.\n\nQuestion: Who runs the café?", "I don't know."),
)
SCHEMA = {
    "type": "object",
    "properties": {"found": {"type": "boolean"}, "quote": {"type": "string"}, "answer": {"type": "string"}},
    "required": ["found", "quote", "answer"],
    "additionalProperties": False,
}


def declined(text: str) -> bool:
    """Whether a free text says that it has no answer, or asks back."""
    return not text.strip() or bool(DECLINED.search(text)) or text.rstrip().endswith("?")


def ways(index: Index, chat: Chat) -> dict[str, Way]:
    """The ways by name, over an index and a chat model."""

    def found(question: Question) -> list[Hit]:
        asker = asker_of(question)
        return index.search(question.text, CHUNKS, Scope(region=asker.region, date=asker.date))

    def said(messages: Sequence[dict[str, str]]) -> str:
        text = chat.complete(messages, max_tokens=WORDS).text.strip()
        return "" if declined(text) else text

    def shown(question: Question) -> str:
        passages = "\n\n".join(f"{' > '.join(hit.chunk.headings)}\n{hit.chunk.text}" for hit in found(question))
        return f"Documents:\n{passages}\n\nQuestion: {question.text}"

    def bare(question: Question) -> str:
        return said(talk(BARE, question.text))

    def plain(question: Question) -> str:
        return said(talk(RAG, shown(question)))

    def few_shot(question: Question) -> str:
        return said(talk(RAG, shown(question), SHOTS))

    def as_json(question: Question) -> str:
        try:
            text = chat.complete(talk(RAG, shown(question)), max_tokens=3 * WORDS, schema=SCHEMA).text
        except ChatError:
            return ""
        got = json.loads(text)
        return str(got["answer"]) if got["found"] and not declined(str(got["answer"])) else ""

    return {"bare model": bare, "plain RAG": plain, "RAG, two shots": few_shot, "RAG, JSON with quote": as_json}


def talk(system: str, asked: str, shots: Sequence[tuple[str, str]] = ()) -> list[dict[str, str]]:
    """A conversation: what the model is, examples, the question."""
    messages = [{"role": "system", "content": system}]
    for example, answer in shots:
        messages += [{"role": "user", "content": example}, {"role": "assistant", "content": answer}]
    return [*messages, {"role": "user", "content": asked}]
