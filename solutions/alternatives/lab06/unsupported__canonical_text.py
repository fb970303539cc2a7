"""A text for every claim that is equal for equal claims."""

import re

WORDS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CLAIM = re.compile(
    rf"\b(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\b(?: (?P<year>\d{{4}})\b)?"
    rf"|(?P<sign>[A-Z]{{0,2}}[$£€])?\b(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|(?i:{'|'.join(WORDS)}))\b"
    r"(?:(?P<percent> ?%| percent\b)|[ -](?P<unit>(?:business |working )?(?:minute|hour|day|week|month|year)s?)\b)?"
)


def canonical(match):
    part = {name: value or "" for name, value in match.groupdict().items()}
    if part["month"]:
        return f"{int(part['day'])} {part['month']} {part['year']}".strip()
    number = part["number"].lower()
    number = f"{WORDS.get(number) or float(number.replace(',', '')):.4f}"
    unit = "%" if part["percent"] else part["unit"].rstrip("s").replace("working ", "business ")
    return f"{part['sign']}{number} {unit}"


def unsupported(answer, quotes):
    said = set()
    for quote in quotes:
        for match in CLAIM.finditer(quote):
            said.add(canonical(match))
            if match["year"]:
                said.add(canonical(match).removesuffix(f" {match['year']}"))
    missing = []
    seen = set()
    for match in CLAIM.finditer(answer):
        meaning = canonical(match)
        if meaning not in said and meaning not in seen:
            missing.append(match.group(0))
        seen.add(meaning)
    return missing
