"""Opposite ends of one rule: opening and closing, express and standard, at most and at least.

"How late can I call?" and "From 7 am, you can phone us" share their subject, their unit and most of their meaning; an
embedding puts them side by side, and so does a small cross-encoder. What tells them apart is a handful of words that
stand for one end of a scale. A pair of ends is *opposed* if question and sentence speak of one end each, and not of the
same, and *agreed* if they speak of the same.
"""

import re

FLAGS = re.IGNORECASE
SPEED = (
    r"express|fast(?:er|est)?|quick(?:er|est|ly)?|rush(?:ed)?|urgent(?:ly)?|in a hurry|speedy|priority",
    r"standard|ordinary|normal|regular|plain|slow(?:er)?|cheaper|non-express|usual",
)
SIZE = (
    r"at most|at the most|maximum|max|the most|biggest|largest|heaviest|longest|highest|upper limit|cap|up to"
    r"|no more than",
    r"at least|minimum|min|the least|smallest|lightest|shortest|lowest|lower limit|or more|no less than",
)
ASKED_HOURS = (
    r"how early|earliest|from (?:what|which|when)|since when|opens?|opening|starts?|begins?|in the morning|first thing"
    r"|crack of dawn|in the am|before work",
    r"how late|(?:un)?till? (?:what|which|when)|what time .{0,30}(?:stop|finish|end)|too late|late in|latest"
    r"|clos(?:e|es|ing)|shuts?|finish(?:es)?|ends?|in the evening|at night|tonight|after work|after dinner|deadline"
    r"|last day|work late",
)
SAID_HOURS = (
    r"opens?|from \d|reach (?:us|our)[^.]{0,80} from|starts?|begins?",
    r"until|till|closes?|shuts?|ends?|at the latest|no later",
)


def ends(pair: tuple[str, str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The words of two ends as patterns of whole words."""
    first, second = (re.compile(rf"\b(?:{words})\b", FLAGS) for words in pair)
    return first, second


PAIRS = tuple((ends(asked), ends(said)) for asked, said in ((ASKED_HOURS, SAID_HOURS), (SPEED, SPEED), (SIZE, SIZE)))


def end_of(text: str, pair: tuple[re.Pattern[str], re.Pattern[str]]) -> int:
    """Which end a text speaks of: 1 for the first, -1 for the second, 0 for neither or both."""
    return bool(pair[0].search(text)) - bool(pair[1].search(text))


def opposed_and_agreed(question: str, sentence: str) -> tuple[int, int]:
    """How many pairs of ends a question and a sentence are opposed in, and how many they agree in.

    >>> opposed_and_agreed("How late can I call?", "The lines open at 7 am.")
    (1, 0)
    """
    both = [end_of(question, asked) * end_of(sentence, said) for asked, said in PAIRS]
    return both.count(-1), both.count(1)
