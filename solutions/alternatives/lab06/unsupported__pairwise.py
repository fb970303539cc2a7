"""Compares each claim of the answer with each of the quotes."""

import re

WORDS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CLAIM = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\b(?: (?P<year>\d{{4}})\b)?"
    rf"|(?P<sign>[A-Z]{{0,2}}[$£€])?\b(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?i:{'|'.join(WORDS)}))\b"
    r"(?:(?P<percent> ?%| percent\b)|[ -](?P<unit>(?:business |working )?(?:minute|hour|day|week|month|year)s?)\b)?"
)


def value(match):
    text = match["number"].lower().replace(",", "")
    return WORDS.get(text, None) or float(text)


def unit(match):
    return (match["unit"] or "").replace("working", "business").removesuffix("s")


def agrees(claim, other):
    if bool(claim["month"]) != bool(other["month"]):
        return False
    if claim["month"]:
        same = claim["month"] == other["month"] and int(claim["day"]) == int(other["day"])
        return same and claim["year"] in (None, other["year"])
    kinds = claim["sign"] == other["sign"] and bool(claim["percent"]) == bool(other["percent"])
    return kinds and unit(claim) == unit(other) and value(claim) == value(other)


def unsupported(answer, quotes):
    known = [match for quote in quotes for match in CLAIM.finditer(quote)]
    missing = []
    for claim in CLAIM.finditer(answer):
        if any(agrees(claim, other) for other in known):
            continue
        if any(agrees(claim, other) and agrees(other, claim) for other in missing):
            continue
        missing.append(claim)
    return [claim[0] for claim in missing]
