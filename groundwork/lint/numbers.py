"""Numbers typed into prose that a cell computes: they drift, silently, the day the computation changes.

A number in prose is reported if the same number stands in an output of the notebook. What stays unreported, since it
is no result: numbers that the code itself states (a setting, or a value that an `assert` holds), years, small whole
numbers, headings, references such as `chapter 05`, code, formulas and links.

What this can't see: a result that is typed in rounded ("about 3,400" for 3,412) or in words ("a third").
"""

import ast
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from groundwork.lint.cells import Cell, Notebook

SMALL = 12  # whole numbers up to a dozen count things that the reader sees, seldom results
YEARS = range(1900, 2100)
CUSTOMARY = {Decimal(50), Decimal(95), Decimal(100)}  # of percentages: a coin, an interval's level, all

NUMBER = re.compile(r"(?<![\w.,@#/])[-−]?\d+(?:[,_]\d{3})*(?:\.\d+)?(?!\w)(?:\s?%)?")
NO_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\$[^$]*\$"  # code and formulas
    r"|^#{1,6}\s[^\n]*|^\s*\d+\.\s"  # headings, the numbers of a list
    r"|\]\([^)]*\)|https?://\S+|<[^>]*>"  # links and tags
    r"|\b(?:chapter|lab|notebook|part|step|section|figure|table|line|page|row)s?\s+\d+(?:(?:,| and| to|–)\s*\d+)*"
    r"|^\*[^\n]*\bminutes?\b[^\n]*",  # the line that states the minutes
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)


def typed(notebook: Notebook) -> Iterator[tuple[Cell, str]]:
    """Yield each cell of prose and the numbers in it, as written, that an output of the notebook holds too."""
    computed = values(output.text for cell in notebook.code for output in cell.outputs)
    stated = {value for cell in notebook.code for value in constants(cell.source)}
    for cell in notebook.prose:
        for written in dict.fromkeys(found.strip() for found in NUMBER.findall(NO_PROSE.sub(" ", cell.source))):
            meant = readings(written)
            if meant & computed and not meant & stated and not trivial(written):
                yield cell, written


def values(texts: Iterable[str]) -> set[Decimal]:
    """Every number in some texts, a percentage also as a share: `87 %` -> {87, 0.87}."""
    return {value for text in texts for written in NUMBER.findall(text) for value in readings(written)}


def constants(source: str) -> set[Decimal]:
    """The numbers that some code states, alone or within a text; the widths in `f"{x:42}"` state nothing.

    >>> sorted(constants('print(f"{n:42} of 300")'))
    [Decimal('300')]
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a line for IPython, such as %timeit
        return values([source])
    formats = [node.format_spec for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec]
    widths = {id(inner) for spec in formats for inner in ast.walk(spec)}
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in widths]
    return values(str(value) for value in found if isinstance(value, int | float | str))


def readings(written: str) -> set[Decimal]:
    """What a written number may mean: `1,200` -> {1200}, `87 %` -> {87, 0.87}."""
    digits = written.replace("−", "-").rstrip(" %\N{NO-BREAK SPACE}").replace(",", "").replace("_", "")
    value = Decimal(digits)
    return {value, value / 100} if written.endswith("%") else {value}


def trivial(written: str) -> bool:
    """Whether a number is small, a year or a customary percentage, so that it proves nothing to find it twice."""
    value = max(readings(written), key=abs)
    if written.endswith("%"):
        return value in CUSTOMARY or value == 0
    return value == value.to_integral_value() and (abs(value) <= SMALL or value in YEARS)
