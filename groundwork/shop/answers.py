"""What counts as the right answer: the forms of a value that people write, and finding them in a text.

An *accepted* answer is an expression of forms: ` | ` parts forms that mean the same, ` && ` parts what must all be
there: `45 days | forty-five days && $6.50` asks for both. Texts are compared as tokens, so `45` is found neither in
`145` nor in `45.50`, `$45`, `45%` or `45 hours`, and `3 pm` is the same as `15:00`.
"""

import functools
import re

from groundwork.shop.facts import INFO, Facts

AND, OR = " && ", " | "
UNIT_WORDS = {
    "kg": "kg",
    "grams": "grams",
    "watt-hours": "watt-hours",
    "millilitres": "milliliters",
    "business days": "business days",
} | {unit: unit for unit in ("days", "hours", "minutes", "weeks", "months", "years")}
OTHER_UNITS = {
    "business days": ("working days", "days"),
    "kg": ("kilograms",),
    "grams": ("g",),
    "watt-hours": ("Wh",),
    "millilitres": ("ml",),
}
SAME_LENGTH = (("hours", 24, "days"), ("days", 7, "weeks"), ("months", 12, "years"))  # 24 hours are one day, and so on
MONEY_WORDS = {"$": "{} dollars", "C$": "{} Canadian dollars", "£": "{} pounds", "€": "{} euros"}
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
UNITS = (
    "day business week month year hour minute second kg g kn mm cm m km ml liter watt w wh mah lumen inch °c"
).split()
ALIKE = {f"{unit}s": unit for unit in UNITS if len(unit) > 2} | {
    "working": "business",
    "hr": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "kilo": "kg",
    "kilos": "kg",
    "kilogram": "kg",
    "kilograms": "kg",
    "gram": "g",
    "grams": "g",
    "milliliter": "ml",
    "milliliters": "ml",
    "millilitres": "ml",
    "litre": "liter",
    "litres": "liter",
    "l": "liter",
    "centimeters": "cm",
    "millimeters": "mm",
    "meters": "m",
    "watts": "w",
    "inches": "inch",
    "degrees": "°c",
}
NUMBER = r"\d+(?:[.,]\d+)*"
TOKEN = re.compile(
    rf"""(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?
    | (?P<clock>\b(?:[01]?\d|2[0-3]):[0-5]\d\b)
    | (?P<sign>(?:us|ca|c)?\$|£|€|(?:usd|cad|gbp|eur)(?=\s?\d))\s?(?P<amount>{NUMBER})
    | (?P<paid>{NUMBER})\s?(?P<coin>[£€](?!\s?\d)|(?:us\s)?dollars?\b|usd\b|canadian\sdollars?\b|cad\b|pounds?\b|gbp\b
      |euros?\b|eur\b)
    | (?P<percent>{NUMBER})\s?(?:%|percent\b|per\s?cent\b)
    | (?<!\d)(?P<ordinal>\d+)(?:st|nd|rd|th)\b
    | (?P<number>(?<![\w.,)])[-−–](?=\d){NUMBER}|{NUMBER})
    | (?P<degrees>°\s?c?\b|°)
    | (?P<word>[^\W\d_]+)
    | (?P<sign_word>[&×])""",
    re.VERBOSE,
)
SPELLED = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(TENS)})(?:[-\s](?P<ones>{'|'.join(ONES[1:10])}))?|(?P<alone>{'|'.join(ONES[2:])}))\b"
)
CURRENCY = {"us$": "$", "ca$": "c$", "usd": "$", "cad": "c$", "gbp": "£", "eur": "€", "us": "$", "canadian": "c$"}
COINS = {"dollar": "$", "pound": "£", "euro": "€"}


def canonical(facts: Facts, path: str) -> str:
    """A fact's value as a document prints it, with the unit word that stands beside it there: `45 days`, `$6.50`."""
    unit = INFO[path.removeprefix("past.")].unit
    return f"{facts.shown(path)} {UNIT_WORDS[unit]}" if unit in UNIT_WORDS else facts.shown(path)


def forms(facts: Facts, path: str) -> str:
    """The expression of all forms in which a fact's value counts as right, the canonical one first."""
    unit, shown = INFO[path.removeprefix("past.")].unit, facts.shown(path)
    if unit in UNIT_WORDS or unit == "count":
        return OR.join(dict.fromkeys(quantity(shown, unit)))
    if unit in ("usd", "local"):
        sign = shown.rstrip("0123456789.,")
        return OR.join((shown, MONEY_WORDS[sign].format(shown.removeprefix(sign))))
    if unit == "percent":
        return OR.join((shown, shown.replace("%", " percent")))
    if " and " in shown and not path.endswith("_carrier"):  # languages, the two founders
        return AND.join(re.split(r", | and ", shown))
    return OR.join((shown, *same_time(shown)))


def quantity(shown: str, unit: str) -> list[str]:
    """`24`, `months` -> `24 months`, `24`, `twenty-four months`, and the same length as `2 years`, `two years`."""
    number = int(shown.replace(",", ""))
    names = [UNIT_WORDS[unit], *OTHER_UNITS.get(unit, ())] if unit in UNIT_WORDS else []
    found = [f"{shown} {name}" for name in names[:1]] + [shown] + [f"{shown} {name}" for name in names[1:]]
    found += [" ".join([spelled(number), *names[:1]])] if number < 100 else []
    for small, factor, large in SAME_LENGTH:
        if unit == small and number % factor == 0:
            found += [f"{number // factor} {large}", f"{spelled(number // factor)} {large}"]
        elif unit == large and number * factor <= 120:
            found.append(f"{number * factor} {small}")
    return found


def spelled(number: int) -> str:
    """`45` -> `forty-five`, for 0 to 99; a larger number stays a numeral."""
    if number < 20:
        return ONES[number]
    if number > 99:
        return str(number)
    return TENS[number // 10 - 2] + (f"-{ONES[number % 10]}" if number % 10 else "")


def same_time(shown: str) -> tuple[str, ...]:
    """Other ways to write a time of day or a day of the year; none for a name."""
    if match := re.fullmatch(r"(\d+)(?::(\d\d))? ([ap])m", shown):
        hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)
        return (f"{hour}:{match[2] or '00'}",)
    if shown in ("noon", "midnight"):
        return ("12 pm", "midday") if shown == "noon" else ("12 am", "0:00", "24:00")
    if match := re.fullmatch(r"(\d+) ([A-Z][a-z]+)", shown):
        return (f"{match[2]} {match[1]}", f"{match[1]} of {match[2]}")
    return ()


def printed_forms(value: str) -> str:
    """The same for a product's value: `red, green and blue` needs all three, `a piezo igniter` not its article."""
    value = re.sub(r"^(an?|the) ", "", value)
    if match := re.fullmatch(r"(-?[\d.]+|[A-Z]+) to (-?[\d.]+|[A-Z]+)( .+)?", value):
        unit = match[3] or ""
        return AND.join((f"{match[1]}{OR}{match[1]}{unit}" if unit else match[1], f"{match[2]}{unit}"))
    if re.search(r"\d", value) is None and re.search(r", | and ", value) and " with " not in value:
        return AND.join(re.split(r", | and ", value))
    if match := re.fullmatch(r"S, .+", value):
        return AND.join(re.split(r", | and ", value))
    ways = [value]
    if "×" in value:
        ways += [value.replace("×", "by")]
    if match := re.fullmatch(r"([\d.,]+) (g|kg)", value):
        amount = float(match[1].replace(",", ""))
        ways.append(f"{amount / 1000:g} kg" if match[2] == "g" else f"{amount * 1000:.0f} g")
    if (match := re.fullmatch(r"(-?[\d.,]+)( \D+)?", value)) and match[2]:
        ways.append(match[1])
    elif match and len(match[1]) < 3:
        ways.append(spelled(int(match[1])))
    return OR.join(ways)


def holds(accepted: str, text: str) -> bool:
    """Whether a text holds an accepted expression: of each part (` && `) at least one form (` | `)."""
    given = tokens(text)
    return all(any(found(tokens(form), given) for form in part.split(OR)) for part in accepted.split(AND))


def found(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether tokens stand side by side among others; a bare number must not count another unit: `45` in `45 hours`."""
    bare = wanted[-1:] and wanted[-1].lstrip("-")[:1].isdigit()
    for start in range(len(given) - len(wanted) + 1):
        end = start + len(wanted)
        if given[start:end] == wanted and not (bare and given[end : end + 1] and given[end] in UNITS):
            return bool(wanted)
    return False


@functools.lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """`Pay C$6.50 by 3 p.m. or in forty-five days` -> `pay`, `c$6.5`, `by`, `15:00`, `or`, `in`, `45`, `day`."""
    text = re.sub(r"(?<=\d) ?x ?(?=\d)", " × ", text.lower().replace("−", "-"))
    text = SPELLED.sub(lambda words: str(unspelled(words)), text)
    return tuple(token(match) for match in TOKEN.finditer(text))


def unspelled(words: re.Match[str]) -> int:
    """`forty-five` -> 45. `one` alone stays a word, since `no one` is nobody."""
    tens, ones = words["tens"], words["ones"] or words["alone"]
    return (10 * TENS.index(tens) + 20 if tens else 0) + (ONES.index(ones) if ones else 0)


def token(match: re.Match[str]) -> str:
    """One token in its normal form."""
    kind = match.lastgroup or ""
    if kind in ("half", "clock"):
        return time(match)
    if kind == "amount":
        return CURRENCY.get(match["sign"], match["sign"]) + plain(match["amount"])
    if kind == "coin":
        coin = match["coin"].split()
        return CURRENCY.get(coin[0], COINS.get(coin[0].rstrip("s"), coin[0])) + plain(match["paid"])
    if kind == "percent":
        return plain(match["percent"]) + "%"
    if kind == "degrees":
        return "°c"
    if kind == "sign_word":
        return "and" if match[0] == "&" else "×"
    return plain(match[kind]) if kind in ("number", "ordinal") else ALIKE.get(match[0], match[0])


def time(match: re.Match[str]) -> str:
    """`3 pm`, `3:00 p.m.` and `15:00` -> `15:00`."""
    if match["clock"]:
        hour, minute = match["clock"].split(":")
        return f"{int(hour)}:{minute}"
    hour = str(int(match["hour"]) % 12 + (12 if match["half"] == "p" else 0))
    return f"{hour}:{match['minute'] or '00'}"


def plain(number: str) -> str:
    """`1,500` -> `1500`, `6.50` and `6,50` -> `6.5`, `08` -> `8`."""
    number = number.replace("–", "-")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", number):
        number = number.replace(",", "")
    number = number.replace(",", ".")
    whole, dot, cents = number.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    cents = cents.rstrip("0")
    return f"{sign}{digits.lstrip('0') or '0'}{dot if cents else ''}{cents}"
