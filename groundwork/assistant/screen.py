"""The first look at a question: is it one that the assistant can read at all?

Telemetry and a first filter, never the boundary: what keeps a customer from reading what is not theirs is the scope of
the search, not this.
"""

import re
import unicodedata

from groundwork.assistant.reply import Verdict

LONGEST = 4_000  # characters; about a page, more than any shopper's question
ENGLISH = frozenset(
    "the a an is are was do does did can could will would should i my me you your we it this that what when where how "
    "which who why to of in on for from with at by and or not have has if there be get".split()
)
OTHERS = frozenset(
    "le la les des une est que pour dans avec sur pas mon der die das ein eine ist und nicht ich wie für mit auf el "
    "los las una por para con como cuánto qué mi il che di per non come quanto het een niet ik hoe voor van met o os "
    "não um uma meu jak nie czy ile att och jag hur inte".split()
)


def screen(question: str) -> Verdict:
    """Refuse what is no question at all; hand to a person what is in another language."""
    text = question.strip()
    if not text:
        return Verdict(
            "refuse", "The question is empty. Ask one in a sentence, such as: How long is a tent's warranty?"
        )
    if len(text) > LONGEST:
        return Verdict(
            "refuse", f"The question has {len(text):,} characters; the most that is read is {LONGEST:,}. Shorten it."
        )
    if unreadable(text):
        return Verdict("refuse", "The question is no readable text (it holds control characters or no words).")
    if not english(text):
        return Verdict("escalate", "The question does not look like English, the only language of the documents.")
    return Verdict()


def unreadable(text: str) -> bool:
    """Whether a text holds control, unassigned or surrogate characters, or not a single letter."""
    strange = any(unicodedata.category(c) in ("Cc", "Cn", "Cs", "Co") and c not in "\n\r\t" for c in text)
    return strange or not any(c.isalpha() for c in text)


def english(text: str) -> bool:
    """Whether a text is likely English: mostly Latin letters, and no more foreign function words than English ones.

    A short question without any function word ("tent warranty?") gets the benefit of the doubt.
    """
    letters = [c for c in text if c.isalpha()]
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    if latin < 0.7 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    ours, theirs = sum(word in ENGLISH for word in words), sum(word in OTHERS for word in words)
    return theirs <= ours
