"""Two questions in one -> each by itself, so that neither drowns in the other's words.

A rule is enough: a new question begins at a question word after a full stop, a question mark or a comma with "and".
What is said around the questions ("I live in Leeds.") stays with each of them. A short one ("How much is that?") points
back to what came before and stays with it.
"""

import re

ASKING = r"(?:how|what|which|when|where|who|whom|whose|why|until when|from what|by when|up to|if)\b"
BREAK = re.compile(rf"(?<=[?.!])\s+|\s*[,;]?\s+(?:and|or|but)\s+(?=(?:also\s+|then\s+)?{ASKING})", re.IGNORECASE)
ASKS = re.compile(rf"(?:^|[,:]\s+){ASKING}|\?\s*$", re.IGNORECASE)
BACK = re.compile(r"\b(it|its|that|this|these|those|they|them|he|she)\b", re.IGNORECASE)
SHORTEST, SHORT = 4, 7  # words: less is no question of its own; up to that, a pronoun points back


def subquestions(text: str) -> list[str]:
    """The questions of a text, each with the statements around them; the text itself if there is only one.

    >>> subquestions("I live in Leeds. What does express delivery cost here, and how long may I keep the boots?")
    ['I live in Leeds. What does express delivery cost here', 'I live in Leeds. how long may I keep the boots?']
    """
    flat = " ".join(text.split())  # the pattern would read a long run of spaces again from each of them
    pieces = [piece.strip() for piece in BREAK.split(flat) if piece.strip()]
    asked = [piece for piece in pieces if ASKS.search(piece) and len(piece.split()) >= SHORTEST]
    if len(asked) < 2 or any(BACK.search(piece) and len(piece.split()) <= SHORT for piece in asked[1:]):
        return [text]
    told = " ".join(piece for piece in pieces if piece not in asked)
    return [f"{told} {piece}".strip() for piece in asked]
