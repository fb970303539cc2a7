"""Open questions: what customers ask and the pages leave open: no page says it, or several rules do, each otherwise.

A support desk that keeps what it could not answer knows the next such question again: "who is your chief executive?" is
nearer to "what is your boss called?" than to any sentence of the pages. `datasets/open_questions/` holds them in two
files, `unanswered.txt` and `unclear.txt`. They are compared with a question like the expected ones (`asked`), and speak
against an answer, or for a question back.
"""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from groundwork.errors import GroundworkError
from groundwork.paths import DATASETS

FOLDER = DATASETS / "open_questions"
KINDS = ("unanswered", "unclear")
OpenQuestions = Mapping[str, tuple[str, ...]]  # kind -> questions


class OpenQuestionsError(GroundworkError):
    """A file of open questions that cannot be read; names the file and the line."""

    exit_code = 2


@functools.cache
def default_open_questions() -> OpenQuestions:
    """The shop's. Raises OpenQuestionsError."""
    return MappingProxyType(load())


def load(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """Every open question by kind, in the order of its file. Raises OpenQuestionsError."""
    return {kind: tuple(dict.fromkeys(questions_of(folder / f"{kind}.txt"))) for kind in KINDS}


def questions_of(path: Path) -> Iterator[str]:
    """A file's questions: `@ what they are about`, then `? question`, again and again."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OpenQuestionsError(f"{path} can't be read: {error}. Restore it from the project.") from None
    about = ""
    for number, line in enumerate(lines, start=1):
        mark, _, text = line.strip().partition(" ")
        if mark == "@" and text:
            about = text
        elif mark == "?" and text and about:
            yield text
        elif mark:
            raise OpenQuestionsError(f"{path}:{number}: neither `@ what about` nor `? question` in its place: {line!r}")
