"""What the chat model said to the golden questions, kept as a file, so that a chapter can weigh it in a second.

Drafting one question takes the model some seconds, a whole split half an hour. `record` does it once and writes, for
every part of every question, the drafted sentence and what verifying weighs, and for a fixed sample the free text of
the bare model and of plain RAG. Chapter 06 reads it, asks a few questions again and compares. What a customer gets is
decided anew each time, from these signs, by the models and thresholds that are stored beside the assistant.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwork.assistant.parts import Ambiguity, Certainty
from groundwork.assistant.sentences import Order
from groundwork.errors import GroundworkError
from groundwork.evaluation.answers import questions_of
from groundwork.evaluation.answers_compare import AGAINST, SAMPLE
from groundwork.evaluation.answers_fit import Drafted, bench_of, cross_drafted, dev_of, drafts, pools, practice_of
from groundwork.evaluation.baselines import ways
from groundwork.evaluation.labelled import golden
from groundwork.files import write_text
from groundwork.models.chat import Chat
from groundwork.paths import DATASETS
from groundwork.shop.world import World

FOLDER = DATASETS / "answers"
FREE = ("bare model", "plain RAG")
SIGNALS = tuple(dict.fromkeys((*Certainty.names, *Ambiguity.names)))
DIGITS = 4
FREE_TEXT = {"dev": 20, "test": AGAINST}  # questions of each split that are also asked in free text


class RecordError(GroundworkError):
    """A record that is missing or of another version."""


@dataclass(frozen=True)
class Part:
    """One drafted part of a question: the sentence and whether it is right; `document` is "" if nothing is quoted.

    `yes` is the model's probability for the sentence, `signals` are what verifying weighs; `asks_back` says that
    drafting itself asks for the region.
    """

    question: str
    text: str
    document: str
    yes: float
    right: bool
    asks_back: bool
    signals: dict[str, float]


@dataclass(frozen=True)
class Recorded:
    """A split's parts, in the order of its questions, and free text by way and question ("" if it declined)."""

    parts: tuple[Part, ...]
    told: dict[str, dict[str, str]]


def part_of(drafted: Drafted) -> Part:
    """What is kept of a draft."""
    made = drafted.draft
    signals = {name: round(float(made.signals[name]), DIGITS) for name in SIGNALS if name in made.signals}
    document = made.quotes[0].chunk.document.id if made.quotes else ""
    return Part(
        drafted.question.id,
        made.text,
        document,
        round(made.answers, DIGITS),
        bool(drafted.right),
        bool(made.ask_back),
        signals,
    )


def record(split: str, sample: int = SAMPLE, folder: Path = FOLDER) -> Path:
    """Draft every question of a split of the house world, ask a sample in free text, and write both down.

    On dev, which the order of sentences was fitted on, each question is drafted with one that saw none of its topic.
    """
    world = World()
    bench = bench_of(world)
    if split == "dev":
        dev = dev_of(world)
        found = cross_drafted(bench, dev, list(pools(bench, dev)), list(pools(bench, practice_of(world))))
    else:
        found = drafts(bench, Order.load(), [golden(world, question) for question in questions_of(world, split)])
    asked = questions_of(world, split, sample)
    spoken = ways(bench.index, Chat())
    return write(
        split, [part_of(one) for one in found], {name: {q.id: spoken[name](q) for q in asked} for name in FREE}, folder
    )


def record_both() -> None:
    """Both splits, each with as many questions in free text as chapter 06 shows."""
    for split, sample in FREE_TEXT.items():
        record(split, sample)


def write(split: str, parts: Sequence[Part], told: dict[str, dict[str, str]], folder: Path = FOLDER) -> Path:
    """Write a record, a line a part, so that a change can be read."""
    lines = ",\n".join(f"  {json.dumps(vars(part), ensure_ascii=False)}" for part in parts)
    path = folder / f"{split}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, f'{{\n "parts": [\n{lines}\n ],\n "told": {json.dumps(told, ensure_ascii=False, indent=2)}\n}}\n')
    return path


def recorded(split: str, folder: Path = FOLDER) -> Recorded:
    """Read a split's record. Raises RecordError if there is none, or one without the signs that are weighed now."""
    path = folder / f"{split}.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(Part(**row) for row in stored["parts"])
        missing = {name for part in parts if part.document for name in SIGNALS if name not in part.signals}
        if missing:
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        return Recorded(parts, stored["told"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(
            f"{path} is no record of this version: {error}. Make it with: course.py evaluate answers --record"
        ) from None
