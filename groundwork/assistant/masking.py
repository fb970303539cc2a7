"""Personal data and secrets taken out of text before it goes into a trace.

Rules find what has a form: e-mail addresses, telephone and card numbers, IBANs, the shop's numbers of orders and
customers, post codes, streets, passwords and keys. They don't find names, nor an address that is told in words. Rather
too much than too little: a trace must be readable, not complete.
"""

import re
from collections.abc import Callable

LONGEST = 20_000  # characters that are looked at; no trace keeps as much
ROUNDS = 6  # what one rule takes out can leave another's form behind
CUT = 300  # what goes from the end of longer text: something personal may have been cut in two there
HIDDEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF])  # invisible inside a number
START, STOP = r"(?<![^\W_])", r"(?![^\W_])"  # no letter or digit beside it; an underscore may be
ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Close|Way|Row|Rise|Place|Square|Terrace|Crescent|"
    "Boulevard|Blvd|Trail|View|Green|Gardens|Hill|Walk|Ropewalk|Causeway|Landing"
)
STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|"
    "OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
GERMANIC = "straße|strasse|str\\.|weg|allee|gasse|platz|zeile|rand|laan|straat|gracht|pad|plein|vej|gatan"
ROMANCE = "Calle|Avenida|Plaza|Paseo|Rue|Chemin|Via|Piazza|Viale|Rua|Praça"


def mask(text: str) -> str:
    """The text with `[email]`, `[phone]`, `[card]`, … where those stood. Masking twice changes nothing more."""
    plain = shown = text[:LONGEST].translate(HIDDEN)
    for _ in range(ROUNDS):
        before = shown
        for pattern, replacement in RULES:
            shown = pattern.sub(replacement, shown)
        if shown == before:
            break
    if len(text) > LONGEST:
        return shown[:-CUT]
    return text if shown == plain else shown


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others, as in card numbers (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def _card(match: re.Match[str]) -> str:
    """[card] for a run of digit groups in which some neighbouring groups make a card number."""
    if sum(map(str.isdecimal, ISO_DATE.sub("", match[0]))) < 13:
        return match[0]
    groups = re.findall(r"\d+", match[0])
    if max(map(len, groups)) > 19 or len(groups) > 60:
        return "[card]"
    for first in range(len(groups)):
        digits = ""
        for group in groups[first : first + 19]:
            digits += group
            if len(digits) > 19:
                break
            if len(digits) >= 13 and luhn(digits):
                return "[card]"
    return match[0]


def _iban(match: re.Match[str]) -> str:
    """[iban] if the number checks (ISO 13616: remainder 1 of 97)."""
    plain = match[0].replace(" ", "").upper()
    number = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return "[iban]" if int(number) % 97 == 1 else match[0]


Replacement = str | Callable[[re.Match[str]], str]
RULES: list[tuple[re.Pattern[str], Replacement]] = [
    (re.compile(r"(?<=://)[^\s/@]++@"), "[secret]@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(r"\b(?:sk|pk|hf|ghp|gho|ghs|glpat|xox[abp])[-_][\w-]{12,}|\beyJ[\w-]{8,}\.[\w.-]+|\bAKIA\w{16}"),
        "[secret]",
    ),
    (
        re.compile(r"(?i)(api[_-]?key|passw(?:or)?d|secret|token)(['\"]?\s*[:=]\s*['\"]?)(?!\[secret\])[^\s'\"]+"),
        r"\1\2[secret]",
    ),
    # From the start of a word only, and without going back: else a long word would be read again from each letter.
    (re.compile(r"(?<![\w.+%'-])[\w.+%'-]++\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(START + r"[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?" + STOP), _iban),
    (re.compile(r"(?<!\d)\d(?:[ \xa0.\-/]?\d){12,}+(?!\d)"), _card),
    (re.compile(START + r"[A-Z]{2}-\d{8}-\d{6}" + STOP), "[parcel]"),
    (re.compile(START + r"(?i:O)[- ]?\d{6}" + STOP), "[order]"),
    (re.compile(r"(?i)(?<![a-z])(order(?: no\.?| number| id)?:? ?#?)\d{6}" + STOP), r"\1[order]"),
    (re.compile(START + r"(?i:C)-?\d{4}" + STOP), "[customer]"),
    (re.compile(START + r"(?i:[PRT])-\d{5,6}" + STOP), "[number]"),
    (re.compile(r"(?<!\w)(?:\+|00)[ ]?\d(?:[ ().\-/\xa0]{0,2}\d){6,14}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w.,])\(?0\d(?:[ ()\-/\xa0]{0,2}\d){7,11}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w.,-])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"), "[phone]"),
    (re.compile(START + rf"\d{{1,5}}[a-z]? (?:[A-ZÀ-Þ][\w'’-]* ){{0,4}}(?:{STREETS})" + STOP), "[address]"),
    (re.compile(rf"(?<![\w-])[A-ZÀ-Þ][\w-]{{0,40}}(?:{GERMANIC}) \d{{1,4}}[a-z]?" + STOP), "[address]"),
    (re.compile(START + rf"(?:\d{{1,5}} )?(?:{ROMANCE})(?: [\w'’-]+){{1,4}}? \d{{1,5}}" + STOP), "[address]"),
    (re.compile(START + rf"\d{{1,5}} (?:{ROMANCE})(?: [a-zà-ÿ]{{1,3}}){{0,2}} [\w'’-]+"), "[address]"),
    (
        re.compile(START + r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[a-z]{1,2}\d[a-z\d]? \d[abd-hjlnp-uw-z]{2})" + STOP),
        "[postcode]",
    ),
    (re.compile(START + r"(?i:[A-Z]\d[A-Z][ -]?\d[A-Z]\d)" + STOP), "[postcode]"),
    (re.compile(START + rf"(?:{STATES}),? \d{{5}}(?:-\d{{4}})?" + STOP), "[postcode]"),
    (re.compile(r"(?i)(zip(?: code)?|post ?code|postal code)(:? |: ?)(?=[\w-]*\d)[\w-]{4,10}"), r"\1\2[postcode]"),
    (re.compile(r"(?<=, )\d{4,5}(?: [A-Z]{2})?(?= [A-ZÀ-Þ][a-zà-ÿ])"), "[postcode]"),
    (re.compile(START + r"(?:D|A|CH|NL|F|E|I|B|L)-\d{4,5}" + STOP), "[postcode]"),
    # What stands before a post code, as an address does, whatever the street is called.
    (re.compile(START + r"\d{1,5}[a-z]? [^\d,.;:?!\[\n]{3,40},(?=[^\d.;:?!\[\n]{0,40}\[postcode\])"), "[address],"),
    (
        re.compile(r"(?:(?<=: )|(?<=, )|(?<![^\s]))[A-ZÀ-Þ][^\d,.;:?!\[\n]{2,40} \d{1,4}[a-z]?(?=, \[postcode\])"),
        "[address]",
    ),
]
