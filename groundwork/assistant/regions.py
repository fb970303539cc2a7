"""The region that a question names: "I live in Canada" asks for Canada's rule, where the session knows no region.

Countries, not towns: a list of towns would always be too short. Rules are public in every region, so that a wrong guess
shows a rule of the wrong place, with its name on it, and never anything private. And where the region is known, the
name of a place of which no page speaks only stands in the way of the words that matter: the region's stands for it.
"""

import re
from collections.abc import Collection, Iterable

from groundwork.search.documents import Document

EU = (
    "austria belgium bulgaria croatia cyprus czechia denmark estonia finland france germany greece hungary ireland "
    "italy latvia lithuania luxembourg malta netherlands poland portugal romania slovakia slovenia spain sweden"
)
NAMES = {
    "us": r"the us|u\.s\.a?|usa|united states|(?<!south )(?<!latin )(?<!central )america",
    "ca": r"canada|canadian",
    "uk": r"the uk|u\.k\.|united kingdom|britain|(?<!new )england|scotland|(?<!new south )wales|northern ireland",
    "eu": rf"the eu|european union|{'|'.join(EU.split())}",
}
WHERE = {"us": "the US", "ca": "Canada", "uk": "the UK", "eu": "the EU"}
WORD = re.compile(r"[^\W\d_]+")
TOWN = r"(?:St\. )?[A-Z][\w'’]*"
PLACE = re.compile(rf"\b((?i:in|to|from|near|around|outside|at)) (?P<place>{TOWN}(?:(?:, |[ -](?:[a-z]+-)?){TOWN})*)")
PATTERNS = {region: re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE) for region, names in NAMES.items()}


def named(question: str) -> str | None:
    """The one region that a question names; None for none or several.

    >>> named("How long does delivery to Poland take?")
    'eu'
    """
    text = re.sub(r"(?i)northern ireland", "the uk", question)
    found = [region for region, pattern in PATTERNS.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def words_of(documents: Iterable[Document]) -> frozenset[str]:
    """The words of documents' texts, in lower case."""
    return frozenset(word.lower() for document in documents for word in WORD.findall(document.text))


def placed(question: str, region: str | None, known: Collection[str]) -> str:
    """A question with the region's name for a place in it that is not among the `known` words; a country stays.

    >>> placed("I'm in Leeds. What do you charge for express?", "uk", {"express"})
    "I'm in the UK. What do you charge for express?"
    """
    if region not in WHERE:
        return question

    def renamed(match: re.Match[str]) -> str:
        strange = any(word.lower() not in known for word in WORD.findall(match["place"]))
        return f"{match[1]} {WHERE[region]}" if strange and not named(match["place"]) else match[0]

    return PLACE.sub(renamed, question)
