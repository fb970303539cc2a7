"""`unsupported(answer, quotes)`: the numbers, amounts, dates and durations of an answer that no quote states."""

import re

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain

WORDS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CLAIM = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\b(?: (?P<year>\d{{4}})\b)?"
    rf"|(?P<sign>[A-Z]{{0,2}}[$£€])?\b(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?i:{'|'.join(WORDS)}))\b"
    r"(?:(?P<percent> ?%| percent\b)|[ -](?P<unit>(?:business |working )?(?:minute|hour|day|week|month|year)s?)\b)?"
)
Meaning = tuple[str | int | float | None, ...]
LIST = "Return a list of claims, written as they are in the answer."
KIND, SAME, YEAR = "other units and signs", "the same, written in another way", "dates with and without a year"
EDGES = "repeated claims, several quotes, none"


def unsupported(answer: str, quotes: list[str]) -> list[str]:
    """The assistant's second guarantee: what an answer counts, a quote counts too."""
    said = {meaning for quote in quotes for claim in CLAIM.finditer(quote) for meaning in meanings(claim)}
    missing: dict[Meaning, str] = {}
    for claim in CLAIM.finditer(answer):
        meaning = meanings(claim)[0]
        if meaning not in said:
            missing.setdefault(meaning, claim[0])
    return list(missing.values())


def meanings(claim: re.Match[str]) -> list[Meaning]:
    """What a claim says, and what follows from it: a date with a year is also that date of some year."""
    if claim["month"]:
        date: Meaning = (int(claim["day"]), claim["month"])
        return [(*date, claim["year"]), (*date, None)]
    number = claim["number"].replace(",", "").lower()
    value = WORDS[number] if number in WORDS else float(number)
    unit = (claim["unit"] or "").removesuffix("s").replace("working", "business")
    return [(claim["sign"], value, unit, bool(claim["percent"]))]


def inputs(rng: np.random.Generator) -> list[Call]:
    """Answers that say what their quotes say, and answers that add something."""
    a, b, c, d = (int(number) for number in rng.permutation(60)[:4] + 13)
    word, other = (str(one) for one in rng.choice(list(WORDS), 2, replace=False))
    month, later = (str(one) for one in rng.choice(MONTHS.split("|"), 2, replace=False))
    many, year = int(rng.integers(1, 9)) * 1000 + a, int(rng.integers(2021, 2029))
    day = int(rng.integers(13, 28))
    rule = f"Clothing goes back within {a} days of delivery; a label costs ${b}.50 and {c}% is kept."
    dated = f"From {day} {month} {year} on, the fee is £{d}."
    return [
        Call((f"You have {a} days, and the label costs ${b}.50.", [rule]), "all is supported"),
        Call((f"You have {d} days; the label costs ${b}.50, {c}% is kept.", [rule])),
        Call((f"You have {a} days; the label costs ${d}.50, and {d}% is kept. Call {b} or {c}.", [rule])),
        Call((f"The fee is £{d} from {day} {later} {year} on, and {c} weeks of grace.", [dated])),
        Call((f"The fee is €{d}, C${d} or {d} pounds.", [dated]), KIND),
        Call((f"You have {a} business days, {a} weeks or {a} hours; {a}% or {c} in all.", [rule]), KIND),
        Call((f"{a} of them.", [rule]), KIND),
        Call((f"The label costs C${b}.50.", [rule]), KIND),
        Call((f"It is {a} days.", [f"It is {a}, not ${a}."]), KIND),
        Call((f"A {a}-day window, ${b}.5, {c} percent.", [rule]), SAME),
        Call((f"Pay ${many:,} in {word} working days.", [f"Pay ${many}.00 in {WORDS[word]} business days."]), SAME),
        Call((f"It takes {WORDS[word]} weeks, {other} at most; 1 day.", [f"{word.title()}-week jobs, 1 days."]), SAME),
        Call((f"It ends on {day} {month}; the fee is £{d}.00.", [dated]), YEAR),
        Call((f"It ends on {day} {month} {year}.", [f"It ends on {day} {month} each year."]), YEAR),
        Call((f"{day} {month} {year + 1} or 7 {month} {year}?", [dated]), YEAR),
        Call((f"{d} days, {d} days; or {d}-day, say {b} years.", [rule]), EDGES),
        Call((f"{a} days and £{d}, then {d} weeks.", [rule, dated]), EDGES),
        Call((f"It takes {b}{a} days.", [f"Up to {b}", f"{a} days"]), EDGES),
        Call((f"About {a} days or ${b}.50.", []), EDGES),
        Call(("Nobody can say.", [rule]), "an answer without claims"),
    ]


def claims(found: Plain, answer: str) -> list[str] | None:
    """The learner's list, if it is one of texts that stand in the answer."""
    whole = isinstance(found, list) and all(isinstance(item, str) and item in answer for item in found)
    return found if whole else None


def compared(wanted: list[str], ours: list[str]) -> str | None:
    """How a list of claims differs from the right one, in words that name no right one that is missing."""
    if false := [item for item in ours if item not in wanted]:
        return f"You report “{false[0]}”, which a quote states, was reported already, or is only a part of a claim."
    if len(set(ours)) < len(set(wanted)):
        return "A claim that no quote states goes unnoticed."
    return "Report each claim once, in the order of the answer." if ours != wanted else None


def plain_ones(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The usual claims."""
    ours = claims(found, call.args[0])
    if ours is None:
        return LIST
    return None if call.note in (KIND, SAME, YEAR, EDGES) else compared(wanted, ours)


def kinds(call: Call, wanted: Plain, found: Plain) -> str | None:
    """45 days are neither 45 hours nor 45."""
    ours = claims(found, call.args[0])
    if call.note != KIND or ours == wanted:
        return None
    what = LIST if ours is None else compared(wanted, ours)
    return f"{what} Sign, percent and unit belong to a claim: $5 is not C$5, and 5 business days are not 5 days."


def same(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Two spellings of one thing."""
    ours = claims(found, call.args[0])
    if call.note != SAME or ours == wanted:
        return None
    what = LIST if ours is None else compared(wanted, ours)
    return f"{what} Compare values, not texts: `1,200` is `1200.0`, `five` is `5`, `days` is `day`."


def dates(call: Call, wanted: Plain, found: Plain) -> str | None:
    """With and without a year."""
    ours = claims(found, call.args[0])
    if call.note != YEAR or ours == wanted:
        return None
    return "A date without a year is supported by that date of any year; a date with a year by no other."


def edges(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Repetitions, several quotes, no quote."""
    ours = claims(found, call.args[0])
    if call.note != EDGES or ours == wanted:
        return None
    what = LIST if ours is None else compared(wanted, ours)
    return f"{what} Any of the quotes may state a claim, each by itself; without quotes, none is stated."


EXERCISE = Exercise(
    id="lab06.unsupported",
    title="The check of claims",
    minutes=25,
    difficulty=4,
    reference=unsupported,
    inputs=inputs,
    checks=(
        Check("what no quote states", 3, plain_ones),
        Check("kinds of claims", 2, kinds),
        Check("spellings", 2, same),
        Check("dates", 1, dates),
        Check("repetitions and quotes", 1, edges),
    ),
    hints=(
        "Write a function from a match to a tuple that is equal for claims that say the same, such as ('$', 6.5, '').",
        "`match['unit']` is None where nothing matched; `(match['unit'] or '').removesuffix('s')` is always a text.",
    ),
)
