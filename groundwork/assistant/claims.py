"""What a text claims that can be checked word by word: numbers, amounts, dates, times, names, negations, regions.

`unsupported` is the verifier's view of a wording: each of its claims must stand in a quote. The guard uses the part
that needs no judgement (`tokens`): numbers, addresses and links. Both read a text of any length in proportion to it,
since it may be anybody's.
"""

import re
from collections.abc import Iterable, Iterator

LINK = re.compile(
    r"@|//|\\\\|www\.|[^\W_]\.[^\W\d_]{2,}"  # with a scheme, an address, or a bare domain
    r"|\b(?:javascript|vbscript|data|file|blob|mailto|tel|sms|ftp|about):\S",
    re.IGNORECASE,
)
AROUND = ".,;:!?\"'“”‘’()[]{}…*_"  # what may stand around a word
MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
CODE = "usd|cad|gbp|eur"
UNIT = (
    rf"(?:business |working |calendar )?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|percent|{CODE}|"
    r"dollars?|cents?|euros?|pounds?|pence|kg|kilos?|kilograms?|grams?|g|lbs?|oz|ounces?|cm|mm|m|km|miles?|"
    rf"(?:of )?(?:{MONTH}))\b"
)
AFTER = re.compile(rf" {UNIT}", re.IGNORECASE)
BEFORE = re.compile(rf"\b(?:{CODE}|minus|{MONTH})\.? \Z", re.IGNORECASE)
GLUED = re.compile(r"(?<=[$£€])[ \t]+(?=\d)|(?<=\d)[ \t]+(?=[%$£€]|[ap]\.?m\b)", re.IGNORECASE)
APART = re.compile(rf"-(?={UNIT})", re.IGNORECASE)
SMALL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|zero"
)
SPELLED = re.compile(
    rf"\b(?:{SMALL})(?:[ -](?:and )?(?:one|{SMALL}))*(?:s|fold)?\b|"
    r"\b(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|dozens?|half|halves|quarters?|fortnight|percent|"
    r"doubled?|tripled?|twice|thrice|january|february|march|april|june|july|august|september|october|november|december|"
    r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|noon|midnight|today|tomorrow)\b",
    re.IGNORECASE,
)
ONE = re.compile(rf"\b(?:an?|one)( {UNIT})", re.IGNORECASE)
ROMAN = re.compile(r"\b[IVXLCDM]{2,}\b")
SPLIT_UP = re.compile(r"\d(?:[^\w\n]{0,3}\d){6,}")  # a telephone or card number, however it is grouped
NEGATION = re.compile(
    r"\b(?:not|no|none|never|nor|neither|nothing|nobody|nowhere|cannot|without|except|unless)\b|n[’']t\b", re.IGNORECASE
)
NAME = re.compile(r"(?<=[\w,;:’'”)] )[A-Z][\w’'-]*[a-z][\w’'-]*(?: [A-Z][\w’'-]+)*")
REGION = re.compile(r"\b(?:US|U\.S\.|USA|United States|Canada|Canadian|UK|Britain|British|EU|European?)\b")


def tokens(text: str) -> set[str]:
    """Links, e-mail addresses, numbers alone and with their unit or month, and spelled-out numbers, days and months.

    A number goes with all that is written onto it: -5, $4.50, 5k and B5 claim something else than 5.

    >>> sorted(tokens("Pay $4.50 by 3 pm on Friday, twenty days at most."))
    ['$4.50', '3pm', 'friday', 'twenty', 'twenty day']
    """
    return {token for line in text.splitlines() for token in of_line(APART.sub(" ", GLUED.sub("", line)))}


def of_line(line: str) -> Iterator[str]:
    """The tokens of one line: what ends it does not go on in the next."""
    for match in re.finditer(r"\S+", line):
        word = match[0].strip(AROUND).lower()
        if LINK.search(word) or any(map(str.isnumeric, word)):  # of any script; fractions, too
            yield from counted(line, re.sub(r"\.(?=m$)", "", word), *match.span())
    for match in SPELLED.finditer(line):
        yield from counted(line, match[0].lower().replace("-", " "), *match.span())
    yield from (f"one{singular(match[1])}" for match in ONE.finditer(line))
    yield from ROMAN.findall(line)
    yield from (re.sub(r"\D", "", match[0]) for match in SPLIT_UP.finditer(line))


def counted(line: str, number: str, start: int, end: int) -> Iterator[str]:
    """A number, and the same with what it counts: "45", "45 day"; with what stands before it: "march 3"."""
    yield number
    if unit := AFTER.match(line, end):
        yield number + singular(unit[0])
    if before := BEFORE.search(line[max(0, start - 12) : start]):
        yield f"{before[0].lower().rstrip('. ')} {number}"


def singular(unit: str) -> str:
    """A unit without its plural's s."""
    return unit.lower().replace("of ", "").removesuffix("s")


def unsupported(text: str, quotes: Iterable[str]) -> list[str]:
    """What a wording says and no quote does, in words for a person; empty if every claim stands in a quote."""
    said = "\n".join(quotes)
    missing = [f"{item[:60]!r} stands in no quote" for item in sorted(tokens(text) - tokens(said))]
    for name in dict.fromkeys(match[0] for pattern in (NAME, REGION) for match in pattern.finditer(text)):
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said, re.IGNORECASE):
            missing.append(f"the name {name!r} stands in no quote")
    if len(NEGATION.findall(text)) != len(NEGATION.findall(said)):
        missing.append("a negation differs between wording and quote")
    return missing
