"""Practice questions: what else customers ask, with the sentences that answer it, to learn from.

`datasets/practice/` holds them for the house world. They are to the golden questions what exercises are to an exam: the
assistant's small models are fitted on these and on dev, thresholds are chosen on both, and test is left to measure.
Whoever wrote them saw the public pages and no golden question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from groundwork.errors import GroundworkError
from groundwork.paths import DATASETS

FOLDER = DATASETS / "practice"
Kind = Literal["answer", "unanswerable", "staff", "ambiguous"]
Evidence = frozenset[tuple[str, str]]  # pairs of a document's id and a sentence
KINDS: tuple[Kind, ...] = ("unanswerable", "staff", "ambiguous")


class PracticeError(GroundworkError):
    """A file of practice questions that cannot be read; names the file and the line."""

    exit_code = 2


@dataclass(frozen=True)
class Practice:
    """A question, what it is, and for each thing that it asks the sentences that state it, any of which will do."""

    id: str
    text: str
    kind: Kind
    asked: tuple[Evidence, ...]


def load(folder: Path = FOLDER) -> list[Practice]:
    """Every question of the folder's files (*.txt), in their order. Raises PracticeError."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise PracticeError(f"{folder} holds no practice questions (*.txt). Restore the folder from the project.")
    return [one for path in paths for one in questions_of(path)]


def questions_of(path: Path) -> Iterator[Practice]:
    """A file's questions: `? question`, then `= kind`, or lines of `- document | sentence`, `&` between two things."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PracticeError(f"{path} can't be read: {error}") from None
    starts = [number for number, line in enumerate(lines) if line.startswith("? ")]
    if any(line.strip() for line in lines[: starts[0] if starts else None]):
        raise PracticeError(f"{path}:1: it does not begin with a question: {lines[0]!r}")
    for count, (start, end) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), start=1):
        kind: Kind = "answer"
        asked: list[set[tuple[str, str]]] = [set()]
        for number, line in enumerate(lines[start + 1 : end], start=start + 2):
            mark, _, text = line.strip().partition(" ")
            document, bar, sentence = text.partition(" | ")
            named = [one for one in KINDS if mark == "=" and text == one]
            if mark == "-" and bar:
                asked[-1].add((document, sentence))
            elif mark == "&" and not text:
                asked.append(set())
            elif named:
                kind = named[0]
            elif mark:
                raise PracticeError(
                    f"{path}:{number}: neither `- document | sentence`, `&` nor `= {'|'.join(KINDS)}`: {line!r}"
                )
        if (kind == "answer") != all(asked) or (kind != "answer" and any(asked)):
            raise PracticeError(f"{path}:{start + 1}: it has neither a kind nor sentences, or both: {lines[start]!r}")
        things = tuple(map(frozenset, asked)) if kind == "answer" else ()
        yield Practice(f"{path.stem}-{count:04d}", lines[start].removeprefix("? "), kind, things)
