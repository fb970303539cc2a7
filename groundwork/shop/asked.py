"""What is asked, before a world is drawn: the questions of `data/questions/*.toml`, checked, and their split.

One file is one kind. A key names what is asked for, and each line below it is a question by one customer:

    "returns.tents_days"            a fact;  "past.returns.tents_days": the value before the last change
    "eu.express_fee + hazmat.fee"   two facts of two documents, both needed
    "us.standard_min to us.standard_max"   a range
    "weight: tents garden"          an attribute of a product drawn from each of these categories; a line is a choice
    "staff.macros"                  in files with `expected`: a topic, there is nothing to find

A line may begin with a region, a date or both in brackets: `[uk, 2025-07-01] How long …`.
"""

import datetime
import functools
import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from groundwork.errors import GroundworkError
from groundwork.shop.facts import INFO
from groundwork.shop.records import Category, QuestionKind, Region, Split

DATA = Path(__file__).parent / "data" / "questions"
REGIONS: tuple[Region, ...] = get_args(Region)
TODAY = datetime.date(2026, 9, 15)
SHARES: dict[Split, float] = {"dev": 0.6, "test": 0.4}
CONTEXT = re.compile(r"\[(us|ca|uk|eu)?(?:, )?(\d{4}-\d\d-\d\d)?\] (.+)")


class QuestionsError(GroundworkError):
    """A data file of questions that cannot be used; names the file and the entry."""

    exit_code = 2


class Asked(BaseModel):
    """A question before a world is drawn. `texts` has one text, of a product question several to choose from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: QuestionKind
    expected: Literal["answer", "clarify", "escalate", "refuse"]
    facts: tuple[str, ...]  # facts, or a topic where nothing is to be found; empty for a product
    joint: str = ""  # what joins the values of two facts
    attribute: str = ""
    category: Category | None = None
    texts: tuple[str, ...]
    region: Region | None = None
    date: datetime.date = TODAY

    @model_validator(mode="after")
    def known(self) -> "Asked":
        """Every fact exists, and had another value before where that value is asked for."""
        for path in self.facts if self.expected == "answer" else ():
            info = INFO.get(path.removeprefix("past."))
            if info is None or (path.startswith("past.") and not info.past):
                raise ValueError(f"there is no fact {path!r}")
        if not self.texts or not all(self.texts):
            raise ValueError("a question has no text")
        return self

    @property
    def subjects(self) -> tuple[str, ...]:
        """What must not be shared between the splits: facts whatever their version, or category and attribute."""
        if self.category:
            return (f"product.{self.category}.{self.attribute}",)
        return tuple(path.removeprefix("past.") for path in self.facts)


@functools.cache
def load(folder: Path = DATA) -> tuple[Asked, ...]:
    """All questions of the data files, with ids such as `single-007`. Raises QuestionsError naming file and entry."""
    counts: Counter[str] = Counter()
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            kind, entries, expected = table["kind"], table["ask"].items(), table.get("expected", "answer")
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise QuestionsError(f"{path}: no table of questions with a `kind` and `[ask]`: {error!r}") from None
        for key, lines in entries:
            try:
                for row in rows(key, lines, expected):
                    counts[kind] += 1
                    name = f"{kind}-{counts[kind]:03}"
                    found.append(Asked.model_validate({**row, "id": name, "kind": kind, "expected": expected}))
            except (ValidationError, ValueError, AttributeError) as error:
                raise QuestionsError(f"{path}: entry {key!r}: {error}") from None
    return tuple(found)


def rows(key: str, block: str, expected: str) -> Iterator[Mapping[str, object]]:
    """An entry's questions, still unchecked."""
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if not lines:
        raise ValueError("no questions in this entry")
    name, colon, categories = key.partition(": ")
    if colon:
        row = context(lines[0]) | {"facts": (), "attribute": name}
        texts = tuple(context(line)["texts"][0] for line in lines)
        yield from (row | {"category": category, "texts": texts} for category in categories.split())
        return
    joint = next((mark for mark in (" + ", " to ") if mark in key), "")
    paths = tuple(key.split(joint)) if joint else (key,)
    region = next((path.split(".")[0] for path in paths if path.split(".")[0] in REGIONS), None)
    for line in lines:
        yield {"region": region} | context(line) | {"facts": paths, "joint": "; " if joint == " + " else joint}


def context(line: str) -> dict[str, tuple[str, ...] | str]:
    """`[uk, 2025-07-01] How long …` -> its region and date, where there are any, and its text."""
    match = CONTEXT.fullmatch(line)
    if not match:
        return {"texts": (line,)}
    given = {name: value for name, value in (("region", match[1]), ("date", match[2])) if value}
    return {"texts": (match[3],)} | given


@functools.cache
def splits() -> dict[str, Split]:
    """Question id -> split: questions that share a fact, directly or through others, stay together; each kind 60 : 40.

    The largest groups come first and go where their kinds are emptiest. No seed is involved.
    """
    groups = sorted(connected(load()), key=lambda group: (-len(group), stable(group[0].id)))
    totals: Counter[str] = Counter(asked.kind for asked in load())
    filled: dict[Split, Counter[str]] = {"dev": Counter(), "test": Counter()}
    chosen: dict[str, Split] = {}
    for group in groups:
        kinds: Counter[str] = Counter(asked.kind for asked in group)
        split = min(SHARES, key=lambda name: fullness(filled[name] + kinds, kinds, totals) / SHARES[name])
        filled[split] += kinds
        chosen |= {asked.id: split for asked in group}
    return chosen


def fullness(filled: Counter[str], kinds: Counter[str], totals: Counter[str]) -> float:
    """How full a split would be with a group: the mean share of each of its kinds, by how often the group has it."""
    return sum(filled[kind] / totals[kind] * kinds[kind] for kind in kinds) / kinds.total()


def connected(questions: Sequence[Asked]) -> list[list[Asked]]:
    """The questions in groups: two that share a subject are in one."""
    groups: list[tuple[set[str], list[Asked]]] = []
    for asked in questions:
        near = [group for group in groups if group[0] & set(asked.subjects)]
        groups = [group for group in groups if group not in near]
        members = [member for group in near for member in group[1]] + [asked]
        groups.append((set(asked.subjects).union(*(group[0] for group in near)), members))
    return [members for _, members in groups]


def stable(text: str) -> str:
    """An order that no seed, run or platform changes."""
    return hashlib.sha256(text.encode()).hexdigest()
