"""Two questions in one -> each by itself, so that neither drowns in the other's words.

A rule is enough: a new question begins at a question word after a full stop, a question mark or a comma with "and".
What is said around the questions ("I live in Leeds."), or before the first ("If I buy a radio today, …"), stays with
each of them, and where one speaks of "it", what the one before spoke of. A short one ("How much is that?") points back
to all that came before and stays with it, and so does one after a question that is answered by yes or no ("Will it last
two days? What battery life do you state?").
"""

import itertools
import re

WORDS = r"how|what|which|when|where|who|whom|whose|why"
ASKING = rf"(?:{WORDS}|(?:until|from|by|up to|after|within|for|at|in|on) (?:{WORDS})|up to|if)\b"
BREAK = re.compile(rf"(?<=[?.!])\s+|\s*[,;]?\s+(?:and|or|but)\s+(?=(?:also\s+|then\s+)?{ASKING})", re.IGNORECASE)
ELLIPSIS = re.compile(r"^(?P<what>what(?:['’]s| is| are)\b.*?), and (?P<rest>(?:the|your) .*)$", re.IGNORECASE)
ASKS = re.compile(rf"(?:^|[,:]\s+){ASKING}|\?\s*$", re.IGNORECASE)
WORDED = re.compile(rf"(?:^|[,:]\s+){ASKING}", re.IGNORECASE)
LEADING = re.compile(rf"(?:[^?:]{{1,100}}:|(?:if|when|as|with)\b[^?]{{1,100}}?,)\s+(?={ASKING})", re.IGNORECASE)
BACK = re.compile(r"\b(it|its|that|this|these|those|they|them|he|she)\b", re.IGNORECASE)
POINTS = re.compile(r"\b(it(?! (?:to|takes?|costs?)\b)|its|they|them|their)\b", re.IGNORECASE)
JOINED = re.compile(r"(?:and|also|then)\b", re.IGNORECASE)
THING = re.compile(
    r"\b(?:a|an|my|our) (?:(?!(?:from|for|in|on|at|to|of|with|and|if|when)\b)[\w'’-]+ ?){1,3}", re.IGNORECASE
)
SHORTEST, SHORT = 4, 7  # words: less is no question of its own; up to that, a pronoun points back


def subquestions(text: str) -> list[str]:
    """The questions of a text, each with the statements around them; the text itself if there is only one.

    >>> subquestions("I live in Leeds. What does express delivery cost here, and how long may I keep the boots?")
    ['I live in Leeds. What does express delivery cost here', 'I live in Leeds. how long may I keep the boots?']
    """
    flat = " ".join(text.split())  # the pattern would read a long run of spaces again from each of them
    pieces = [part for piece in BREAK.split(flat) for part in halves(piece.strip()) if part]
    asked = [piece for piece in pieces if ASKS.search(piece) and len(piece.split()) >= SHORTEST]
    if len(asked) < 2 or any(BACK.search(piece) and len(piece.split()) <= SHORT for piece in asked[1:]):
        return [text]
    if len(asked) == 2 and not WORDED.search(asked[0]) and not JOINED.match(asked[1]):
        return [text]
    told = " ".join(piece for piece in pieces if piece not in asked)
    before = LEADING.match(asked[0])
    shared = before[0].strip() if before else ""
    rest = [f"{shared or spoken_of(*pair)} {pair[1]}".strip() for pair in itertools.pairwise(asked)]
    return [f"{told} {piece}".strip() for piece in [asked[0], *rest]]


def halves(piece: str) -> list[str]:
    """ "What's the fee, and the limit for lockers?" as two questions; any other piece as it is."""
    found = ELLIPSIS.match(piece)
    if not found or len(found["rest"].split()) < SHORTEST:
        return [piece]
    return [found["what"], f"{piece.split()[0]} {found['rest']}"]


def spoken_of(before: str, piece: str) -> str:
    """What the question before spoke of last, if this one points to it: "my old sofa"."""
    pointing, things = POINTS.search(piece), THING.findall(before)
    if not pointing or not things or THING.search(piece[: pointing.start()]):
        return ""
    return f"{things[-1].strip()}:"
