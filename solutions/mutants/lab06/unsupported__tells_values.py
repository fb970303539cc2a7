"""Returns values in place of what the answer says."""

import re

WORDS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CLAIM = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\b(?: (?P<year>\d{{4}})\b)?"
    rf"|(?P<sign>[A-Z]{{0,2}}[$£€])?\b(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?i:{'|'.join(WORDS)}))\b"
    r"(?:(?P<percent> ?%| percent\b)|[ -](?P<unit>(?:business |working )?(?:minute|hour|day|week|month|year)s?)\b)?"
)


def meanings(match):
    if match["month"]:
        date = (match["day"], match["month"])
        return [(*date, match["year"]), (*date, None)]
    number = match["number"].replace(",", "").lower()
    value = WORDS[number] if number in WORDS else float(number)
    unit = (match["unit"] or "").removesuffix("s").replace("working", "business")
    return [(match["sign"], value, unit or bool(match["percent"]))]


def unsupported(answer, quotes):
    said = {meaning for quote in quotes for match in CLAIM.finditer(quote) for meaning in meanings(match)}
    missing = {}
    for match in CLAIM.finditer(answer):
        own = meanings(match)[0]
        if own not in said:
            missing.setdefault(own, match[0])
    return [str(own[1]) for own in missing]
