"""The region that a question names: "I live in Canada" asks for Canada's rule, where the session knows no region.

Countries, not towns: a list of towns would always be too short. Rules are public in every region, so that a wrong guess
shows a rule of the wrong place, with its name on it, and never anything private.
"""

import re

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
PATTERNS = {region: re.compile(rf"(?<![\w-])(?:{names})(?![\w-])", re.IGNORECASE) for region, names in NAMES.items()}


def named(question: str) -> str | None:
    """The one region that a question names; None for none or several.

    >>> named("How long does delivery to Poland take?")
    'eu'
    """
    text = re.sub(r"(?i)northern ireland", "the uk", question)
    found = [region for region, pattern in PATTERNS.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else None
