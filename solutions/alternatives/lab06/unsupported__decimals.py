"""Decimal numbers, and a dict from meaning to text."""

import re
from decimal import Decimal

WORDS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CLAIM = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\b(?: (?P<year>\d{{4}})\b)?"
    rf"|(?P<sign>[A-Z]{{0,2}}[$£€])?\b(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?i:{'|'.join(WORDS)}))\b"
    r"(?:(?P<percent> ?%| percent\b)|[ -](?P<unit>(?:business |working )?(?:minute|hour|day|week|month|year)s?)\b)?"
)


def key(match):
    found = match.groupdict(default="")
    if found["day"]:
        return ("date", int(found["day"]), found["month"], found["year"])
    number = found["number"].casefold().replace(",", "")
    amount = Decimal(WORDS[number]) if number in WORDS else Decimal(number)
    words = found["unit"].split()
    unit = (len(words) > 1, words[-1].rstrip("s")) if words else ()
    return (found["sign"], amount.normalize(), bool(found["percent"]), unit)


def unsupported(answer, quotes):
    wanted = {}
    for match in CLAIM.finditer(answer):
        wanted.setdefault(key(match), match[0])
    for quote in quotes:
        for match in CLAIM.finditer(quote):
            found = key(match)
            wanted.pop(found, None)
            if found[0] == "date":
                wanted.pop((*found[:3], ""), None)
    return tuple(wanted.values())
