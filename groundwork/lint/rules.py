"""The rules, one function each: it takes a notebook and yields what is wrong as (cell, message).

They hold what can be checked of shared agreements on how a chapter is written: short cells with prose between them, a
text for every picture, outputs that one reads, a recap, and no number in prose that a cell computes.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from groundwork.lint.cells import Cell, Notebook
from groundwork.lint.numbers import typed

Wrong = Iterator[tuple[Cell, str]]

LINES_OF_CODE = 22
FEWEST_WORDS = 5
OUTPUT_LINES = 30
OUTPUT_CHARACTERS = 2500
# An estimate, not a measurement: careful reading of technical prose, and of code that is run and looked at.
WORDS_A_MINUTE = 150
SECONDS_A_LINE = 5
FAIR = (0.6, 1.6)  # stated minutes against the estimate

ABSOLUTE_PATH = re.compile(
    r"(?<![\w.~:/<-])/(?:home|Users|root|tmp|var|opt|mnt|srv|usr|etc|private|work|data|content|workspace)/[\w.]+[^\s\"']*"
    r"|(?<!\w)[A-Za-z]:\\{1,2}\w[^\s\"']*"
    r"|file://\S+"
)
IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE | re.DOTALL)
VECTOR_TAG = re.compile(r"<svg\b.*?</svg>", re.IGNORECASE | re.DOTALL)
ALT = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s][^"]*"|'\s*[^'\s][^']*')""", re.IGNORECASE)
VECTOR_ALT = re.compile(r"""<title\b[^>]*>\s*[^<\s]|\baria-label\s*=\s*["']\s*[^"'\s]""", re.IGNORECASE)
MARKDOWN_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
MINUTES = re.compile(r"(?:about|ca\.)?\s*(\d+)\s+minutes\b", re.IGNORECASE)


def cell_length(notebook: Notebook) -> Wrong:
    """One idea a cell: at most 22 lines of code."""
    for cell in notebook.code:
        if cell.lines_of_code > LINES_OF_CODE:
            yield cell, f"{cell.lines_of_code} lines of code; split it, at most {LINES_OF_CODE}"


def prose(notebook: Notebook) -> Wrong:
    """Between two cells of code, and before the first, somebody says what comes and why."""
    for before, cell in pairwise((None, *notebook.cells)):
        if cell is None or not cell.is_code:
            continue
        if before is None or before.is_code:
            yield cell, "code follows on code; say in between what was seen and what comes"
        elif before.words < FEWEST_WORDS:
            yield before, f"{before.words} words before a cell of code; at least {FEWEST_WORDS}"


def alt_text(notebook: Notebook) -> Wrong:
    """Whoever can't see a picture is told what it shows."""
    for cell in notebook.cells:
        for words in MARKDOWN_IMAGE.findall(cell.source) if not cell.is_code else []:
            if not words.strip():
                yield cell, "an image ![](…) without a text"
        shown = [output.data.get("text/html", "") for output in cell.outputs] if cell.is_code else [cell.source]
        for markup in shown:
            yield from ((cell, message) for message in _without_alt(markup))
        for output in cell.outputs:
            for kind in output.pictures:
                yield cell, f"{kind} without a text; use groundwork.notebook.show(figure, alt)"


def _without_alt(markup: str) -> Iterator[str]:
    """Tags in some HTML that show a picture and have no text."""
    for tag in IMAGE_TAG.findall(markup):
        if not ALT.search(tag):
            yield f"an image without alt text: {tag[:60]}"
    for drawing in VECTOR_TAG.findall(markup):
        if not VECTOR_ALT.search(drawing):
            yield f"a drawing without a <title> or an aria-label: {drawing[:60]}"


def typed_number(notebook: Notebook) -> Wrong:
    """A number in prose is computed or asserted, never typed."""
    for cell, written in typed(notebook):
        yield cell, f"the number {written} is typed here, and a cell computes it; let the cell print or assert it"


def output_length(notebook: Notebook) -> Wrong:
    """No cell prints a wall of text."""
    for cell in notebook.code:
        text = "\n".join(output.text for output in cell.outputs)
        lines = len(text.splitlines())
        if lines > OUTPUT_LINES:
            yield cell, f"prints {lines} lines; at most {OUTPUT_LINES}"
        elif len(text) > OUTPUT_CHARACTERS:
            yield cell, f"prints {len(text):,} characters; at most {OUTPUT_CHARACTERS:,}"


def absolute_path(notebook: Notebook) -> Wrong:
    """Nothing names a folder of the machine on which it was written."""
    for cell in notebook.cells:
        for text in (cell.source, *(value for output in cell.outputs for value in output.data.values())):
            if found := ABSOLUTE_PATH.search(text):
                yield cell, f"an absolute path: {found[0][:60]}"
                break


def headings(notebook: Notebook) -> Wrong:
    """One title, in the first cell, with the number that the file's name has; no level is skipped."""
    found = [(cell, level, text) for cell in notebook.prose for level, text in cell.headings]
    first = notebook.cells[0]
    titles = [(cell, text) for cell, level, text in found if level == 1]
    if not titles or titles[0][0] is not first:
        yield first, "the first cell has no title (# 01 · Name)"
    for cell, text in titles[1:]:
        yield cell, f"a second title: {text}"
    number = re.match(r"\d\d(?=_)", notebook.name)
    if titles and number and not titles[0][1].startswith(number[0]):
        yield titles[0][0], f"the title {titles[0][1]!r} does not begin with {number[0]}, as the file's name does"
    for (_, above, _), (cell, level, text) in pairwise(found):
        if level > above + 1:
            yield cell, f"the heading {text!r} skips a level: {level} after {above}"


def recap(notebook: Notebook) -> Wrong:
    """It ends with what was learned: the last section is called Recap."""
    sections = [(cell, text) for cell in notebook.prose for level, text in cell.headings if level == 2]
    if not sections or "recap" not in sections[-1][1].lower():
        yield notebook.cells[-1], "the last section (##) is no Recap"


def executed(notebook: Notebook) -> Wrong:
    """The outputs are those of one run from the top down, without an error."""
    for place, cell in enumerate((cell for cell in notebook.code if cell.source.strip()), start=1):
        if cell.count != place:
            yield cell, f"executed as [{cell.count}] and not as [{place}]; restart and run all cells"
            break
    for cell in notebook.code:
        for output in cell.outputs:
            if "error" in output.data:
                yield cell, f"ended in an error: {output.data['error'][:80]}"


def minutes(notebook: Notebook, ran: float | None) -> Wrong:
    """The minutes that the first cell states fit its length, and what a run of it took (`ran` seconds, if known)."""
    first = notebook.cells[0]
    stated = MINUTES.search(first.source)
    if not stated:
        yield first, "states no minutes (*About 50 minutes. …*)"
        return
    words, lines = sum(cell.words for cell in notebook.prose), sum(cell.lines_of_code for cell in notebook.code)
    needed = words / WORDS_A_MINUTE + lines * SECONDS_A_LINE / 60 + (ran or 0) / 60
    if not FAIR[0] <= int(stated[1]) / needed <= FAIR[1]:
        run = "no run measured" if ran is None else f"its run took {ran / 60:.1f}"
        yield first, f"states {stated[1]} minutes; {words} words and {lines} lines need about {needed:.0f} ({run})"


RULES: dict[str, Callable[[Notebook], Wrong]] = {
    "cell-length": cell_length,
    "prose": prose,
    "alt-text": alt_text,
    "typed-number": typed_number,
    "output-length": output_length,
    "absolute-path": absolute_path,
    "headings": headings,
    "recap": recap,
    "executed": executed,
}
