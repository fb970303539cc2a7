"""`course.py evaluate answers --compare`: ways of answering on the same questions, from the bare model to the whole.

Each way gets three rows: right (the golden value is said), wrong among what it answered, and seconds. Free text takes
ten seconds a question on two cores, so a fixed sample of the split is asked; answers are cached.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from tqdm.auto import tqdm

from groundwork.assistant.budget import MeteredWriter
from groundwork.assistant.core import Assistant
from groundwork.assistant.desk import assistant_over
from groundwork.assistant.wording import with_wording
from groundwork.evaluation.answers import Judged, put, questions_of
from groundwork.evaluation.baselines import ways
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import index_of, world_of
from groundwork.evaluation.statistics import wilson_interval
from groundwork.models.chat import Chat
from groundwork.models.embed import default_embedder
from groundwork.search.asked import Asked
from groundwork.search.expected import Expected
from groundwork.search.rerank import Reranker
from groundwork.shop.questions import matches
from groundwork.shop.records import Question
from groundwork.shop.world import World

SAMPLE = 24  # questions for the comparison of all ways, ten minutes at first
AGAINST = 40  # questions that the bare model and plain RAG are asked beside the figures, ten minutes at first
SMALL = "qwen2.5-coder-0.5b-instruct"


@dataclass(frozen=True)
class Told:
    """What a way said to a question ("" if it declined), and how long it took."""

    question: Question
    text: str
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the golden value is said; never where there is none."""
        return matches(self.question, self.text)

    @property
    def wrong(self) -> bool:
        """Whether something is said that is not right: a hallucination, as far as the customer is concerned."""
        return bool(self.text) and not self.right


def compare(split: str = "dev", seed: int = 0, sample: int = SAMPLE) -> list[Row]:
    """All ways on a sample of a split."""
    world = world_of(seed)
    questions = questions_of(world, split, sample)
    encoder = default_embedder()
    index = index_of(world, encoder, Reranker.load())
    rows: list[Row] = []
    for model in (None, SMALL):
        label = "" if model is None else ", 0.5B"
        for name, way in ways(index, Chat(model)).items():
            if model is None or name == "plain RAG":
                rows += rows_of(name + label, asked(name, way, questions))
    ours = assistant_over(index, encoder, Chat())
    unasked = index_of(world, encoder, Reranker.load())
    unasked.asked = Asked(unasked.parts["public"].chunks, encoder, Expected())
    writer = MeteredWriter(Chat(), ours.limits)
    parts = replace(ours.parts, answer=with_wording(ours.parts.answer, writer))
    choices: dict[str, Assistant] = {
        "the best sentences, no chat model": assistant_over(index, encoder, None, answer_at=0.0),
        "the same, may hand over": assistant_over(index, encoder, None),
        "the assistant, never hands over": assistant_over(index, encoder, Chat(), answer_at=0.0),
        "the assistant (1.5B)": ours,
        "the assistant, no expected questions": assistant_over(unasked, encoder, Chat()),
        "the assistant, worded by the model": Assistant(parts, ours.documents, limits=ours.limits),
        "the assistant (0.5B)": assistant_over(index, encoder, Chat(SMALL)),
    }
    for name, assistant in choices.items():
        rows += rows_of(name, [told(one) for one in put(world, assistant, questions)])
    return rows


def asked(name: str, way: Callable[[Question], str], questions: Sequence[Question]) -> list[Told]:
    """Ask a way every question."""
    found = []
    for question in tqdm(questions, unit="question", desc=name, leave=False):
        begun = time.perf_counter()
        text = way(question)
        found.append(Told(question, text, time.perf_counter() - begun))
    return found


def told(one: Judged) -> Told:
    """An assistant's reply, seen as the others' are."""
    return Told(one.question, one.reply.text if one.reply.kind == "answer" else "", one.reply.seconds)


def rows_of(name: str, found: Sequence[Told]) -> list[Row]:
    """Right among the answerable, wrong among the answered, and the median of seconds."""
    answerable = [one for one in found if one.question.expected == "answer"]
    answered = [one for one in found if one.text]
    rows = [row_of(f"{name}: right, of answerable", sum(one.right for one in answerable), len(answerable))]
    if answered:
        rows.append(row_of(f"{name}: wrong, of answered", sum(one.wrong for one in answered), len(answered)))
    return [*rows, Row(f"{name}: seconds, median", median(one.seconds for one in found), "s", n=len(found))]


def row_of(name: str, count: int, n: int) -> Row:
    """A share with Wilson's interval."""
    found = wilson_interval(count, n)
    return Row(name, round(found.value, 4), "", round(found.low, 4), round(found.high, 4), n)


def hallucinations(world: World, ours: Sequence[Judged], sample: int = AGAINST) -> list[Row]:
    """How many wrong replies fewer than the bare model's and plain RAG's, on the same questions (a fixed sample)."""
    split = ours[0].question.split
    chosen = {question.id for question in questions_of(world, split, sample)}
    same = [one for one in ours if one.question.id in chosen]
    index = index_of(world, default_embedder(), Reranker.load())
    wrong = sum(one.end == "wrong" for one in same)
    rows = []
    for name in ("bare model", "plain RAG"):
        theirs = sum(one.wrong for one in asked(name, ways(index, Chat())[name], [one.question for one in same]))
        fewer = 1 - wrong / theirs if theirs else 0.0
        rows.append(
            Row(
                f"wrong replies fewer than of {name} ({wrong} against {theirs})",
                fewer,
                "",
                n=len(same),
                baseline=name,
                bar=">= 0.9",
            )
        )
    return rows
