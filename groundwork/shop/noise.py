"""How people type: slips, no capitals, slang, another mother tongue. Words with a digit or an @ stay as they are.

The names of what was done to a text are its `language_noise`. A customer has habits (`habits`), which most of their
messages show: a model that has seen a customer's other messages knows more than it should, so split by customer.
"""

import functools
import re

from groundwork.shop.dice import Dice
from groundwork.shop.intents import words

NEIGHBORS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o", "k": "l", "l": "k",
    "m": "n", "n": "m", "o": "p", "p": "o", "r": "t", "s": "d", "t": "y", "u": "i", "w": "e", "y": "u",
}  # fmt: skip
CHANCES = {  # of a customer's having the habit, in per cent
    "typos": 28,
    "lower_case": 15,
    "no_punctuation": 11,
    "slang": 9,
    "emoji": 8,
    "non_native": 7,
}
FOREIGN_IN_EU = 30  # per cent
SHOWN = 80  # per cent of a customer's messages that show a habit
OTHERS = 4  # per cent of the messages with a noise that is no habit of theirs


def habits(seed: int, customer: str, region: str) -> tuple[str, ...]:
    """A customer's habits, the same for all their messages."""
    dice = Dice(seed, "habits", customer)
    chances = CHANCES | ({"non_native": FOREIGN_IN_EU} if region == "eu" else {})
    return tuple(name for name, percent in chances.items() if dice.integer(1, 100) <= percent)


def chosen(habit: tuple[str, ...], angry: bool, dice: Dice) -> tuple[str, ...]:
    """The noise of one message, in the order in which it is applied."""
    order = ("non_native", "slang", "typos", "no_punctuation", "lower_case", "emoji")
    found = [name for name in order if dice.integer(1, 100) <= (SHOWN if name in habit else OTHERS)]
    if dice.integer(1, 100) <= (8 if angry else 2):
        found = [name for name in found if name != "lower_case"] + ["all_caps"]
    return tuple(found)


def applied(text: str, names: tuple[str, ...], dice: Dice) -> tuple[str, tuple[str, ...]]:
    """The text with the noise, and the names of those that changed something."""
    done = []
    for name in names:
        changed = KINDS[name](text, dice)
        if changed != text:
            done.append(name)
            text = changed
    return text, tuple(done)


def replaced(text: str, table: dict[str, str], dice: Dice) -> str:
    """Whole words and phrases of a table replaced, three of four times."""
    for phrase, other in table.items():
        if phrase.lower() in text.lower():
            text = whole(phrase).sub(functools.partial(maybe, other=other, dice=dice), text)
    return text


@functools.cache
def whole(phrase: str) -> re.Pattern[str]:
    """What finds a phrase as whole words, in any case."""
    return re.compile(rf"(?<![\w'@.]){re.escape(phrase)}(?![\w'@])", re.IGNORECASE)


def maybe(match: re.Match[str], other: str, dice: Dice) -> str:
    """The other words, three of four times."""
    return other if dice.integer(1, 4) > 1 else match[0]


def non_native(text: str, dice: Dice) -> str:
    """English by someone whose first language it is not: other constructions, articles lost."""
    text = replaced(text, words().foreign, dice)
    text = re.sub(r"\b(?:the|a|an) (?=[a-z])", lambda match: "" if dice.integer(1, 2) == 1 else match[0], text)
    return f"{dice.pick(words().foreign_openings)} {text}" if dice.integer(1, 4) == 1 else text


def slang(text: str, dice: Dice) -> str:
    """The short forms of chats."""
    return replaced(text, words().slang, dice)


def typos(text: str, dice: Dice) -> str:
    """One slip in about nine words, at least one: letters swapped, lost, doubled or a neighbor's."""
    parts = re.split(r"(\s+)", text)
    places = [n for n, part in enumerate(parts) if len(part) > 3 and part.isascii() and plain(part)]
    for place in dice.sample(places, max(1, len(places) // 9)):
        parts[place] = slip(parts[place], dice)
    return "".join(parts)


def plain(word: str) -> bool:
    """Whether a word may be changed: no digit, no @, no braces, no name of ours."""
    return not re.search(r"[\d@{}&]", word) and word[0].islower()


def slip(word: str, dice: Dice) -> str:
    """One slip inside a word, never at its first letter."""
    at = dice.integer(1, len(word) - 2)
    first, second = word[at], word[at + 1]
    kind = dice.integer(1, 4)
    if not first.isalpha() or not second.isalpha():
        return word[:at] + word[at] + word[at:] if first.isalpha() else word
    middle = (second + first, second, first + first + second, NEIGHBORS.get(first, first) + second)[kind - 1]
    return word[:at] + middle + word[at + 2 :]


def no_punctuation(text: str, dice: Dice) -> str:
    """Without full stops, commas, apostrophes and question marks; numbers and addresses keep theirs."""
    return re.sub(r"[.,;:!?']+(?=\s|$)|(?<=[a-z])'(?=[a-z])", "", text)


def lower_case(text: str, dice: Dice) -> str:
    """Without capitals, but for order numbers and the like."""
    return "".join(part if re.search(r"\d", part) else part.lower() for part in re.split(r"(\s+)", text))


def all_caps(text: str, dice: Dice) -> str:
    """SHOUTED."""
    return "".join(part if "@" in part else part.upper() for part in re.split(r"(\s+)", text))


def emoji(text: str, dice: Dice) -> str:
    """One or two at the end."""
    picked = dice.pick(words().emoji)
    return f"{text} {picked * dice.weighted((1, 2, 3), (6, 2, 1))}"


KINDS = {
    "non_native": non_native,
    "slang": slang,
    "typos": typos,
    "no_punctuation": no_punctuation,
    "lower_case": lower_case,
    "all_caps": all_caps,
    "emoji": emoji,
}
