"""`course.py evaluate answers`: what the assistant does with questions whose right end is known.

An answer is right if its text holds the golden value, for each asked fact it cites a sentence that states it, and no
other sentence that it cites holds a value that would mislead: another region's, a sister product's, an older rule's.
The right end of an unanswerable or staff question is a person, of an ambiguous one a question back. Every answer that
is not right counts as wrong, also where there was none to give.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np
from tqdm.auto import tqdm

from groundwork.assistant.core import Assistant
from groundwork.assistant.desk import assistant_over
from groundwork.assistant.reply import Asker, Reply
from groundwork.evaluation.bench_chat import server_megabytes
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import folded, index_of
from groundwork.evaluation.statistics import wilson_interval
from groundwork.models.chat import Chat
from groundwork.models.embed import default_embedder
from groundwork.models.server import DEFAULT_MODEL
from groundwork.search.rerank import Reranker
from groundwork.shop.answers import holds
from groundwork.shop.questions import matches
from groundwork.shop.records import Question
from groundwork.shop.world import World

End = Literal["right", "wrong", "held"]  # held: nobody was told anything false, but it was not the right end either


@dataclass(frozen=True)
class Judged:
    """A question, the reply, and how it ended."""

    question: Question
    reply: Reply
    end: End


def asker_of(question: Question) -> Asker:
    """Who asks a golden question: their region and day; no customer."""
    return Asker(region=question.region, date=question.date)


def facts_of(world: World, question: Question) -> list[set[tuple[str, str]]]:
    """For each asked fact, the (document, sentence) pairs that state it, white space folded."""
    stated = {(item.document, item.start): item.facts for item in world.evidence}
    by_fact: dict[str, set[tuple[str, str]]] = {}
    for quote in question.evidence:
        for fact in stated[quote.document, quote.start]:
            by_fact.setdefault(fact, set()).add((quote.document, folded(quote.quote)))
    return [by_fact.get(fact, set()) for fact in question.facts]


def states(quote: str, document: str, evidence: Iterable[tuple[str, str]]) -> bool:
    """Whether a quote is, or holds, a sentence that states a fact."""
    text = folded(quote)
    return any(home == document and (said in text or (text in said and len(text) > 25)) for home, said in evidence)


def stated(said: Iterable[tuple[str, str]], evidence: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the quotes, each with its document, states a fact."""
    return any(states(quote, document, evidence) for quote, document in said)


def misleads(question: Question, said: Iterable[tuple[str, str]], evidence: Collection[tuple[str, str]]) -> bool:
    """Whether a quote that is none of the evidence holds a value that would be wrong here."""
    others = [quote for quote, document in said if not states(quote, document, evidence)]
    return any(holds(trap, quote) for quote in others for trap in question.traps)


def end_of(world: World, question: Question, reply: Reply) -> End:
    """How a question ended."""
    if reply.kind == "answer":
        if question.expected != "answer" or not matches(question, reply.text):
            return "wrong"
        said = [(citation.quote, citation.document) for citation in reply.citations]
        wanted = facts_of(world, question)
        right = all(stated(said, facts) for facts in wanted) and not misleads(question, said, set().union(*wanted))
        return "right" if right else "wrong"
    if question.expected == "escalate":
        return "right" if reply.kind in ("escalate", "refuse") else "held"
    return "right" if reply.kind == question.expected else "held"


def put(world: World, assistant: Assistant, questions: Sequence[Question]) -> list[Judged]:
    """Ask every question and judge its end; a bar shows how far it is."""
    found = []
    for question in tqdm(questions, unit="question", desc="asking", leave=False):
        reply = assistant.ask(question.text, asker_of(question))
        found.append(Judged(question, reply, end_of(world, question, reply)))
    return found


def assistant_of(world: World, model: str | None = None, cache: bool = True) -> Assistant:
    """The assistant over a world, its tickets in memory and without a trace."""
    encoder = default_embedder()
    return assistant_over(index_of(world, encoder, Reranker.load()), encoder, Chat(model, cache=cache))


def questions_of(world: World, split: str, first: int | None = None) -> list[Question]:
    """A split's questions; `first` of them in an order drawn once, for what is too slow for all."""
    chosen = [question for question in world.questions if question.split == split]
    order = np.random.default_rng(0).permutation(len(chosen))[:first]
    return [chosen[row] for row in sorted(order)]


def rows_of(judged: Sequence[Judged]) -> list[Row]:
    """The promised figures."""
    kinds = list(dict.fromkeys(one.question.kind for one in judged if one.question.expected == "answer"))
    answerable = [one for one in judged if one.question.expected == "answer"]
    answered = [one for one in judged if one.reply.kind == "answer"]
    handed = [one for one in judged if one.reply.kind in ("escalate", "refuse")]
    to_hand = [one for one in judged if one.question.expected == "escalate"]
    ambiguous = [one for one in judged if one.question.expected == "clarify"]

    def right(one: Judged) -> bool:
        return one.end == "right"

    rows = [
        share("answerable: right answer, right citation", right, answerable, ">= 0.9"),
        share("wrong among answered", lambda one: one.end == "wrong", answered, "<= 0.02"),
        share("no answer to give, or staff only: handed over", right, to_hand, ">= 0.95"),
        share("ambiguous: asked back", right, ambiguous, ">= 0.8"),
        share("escalations that were due", lambda one: one.question.expected == "escalate", handed, ">= 0.9"),
        share("due escalations that were made", right, to_hand, ">= 0.9"),
        share("answered at all, of answerable", lambda one: one.reply.kind == "answer", answerable),
    ]
    if answered:
        spread = [len(one.reply.citations) for one in answered]
        rows.append(Row("sentences quoted in an answer, mean", round(float(np.mean(spread)), 2), "", n=len(spread)))
    of_kind = {kind: [one for one in answerable if one.question.kind == kind] for kind in kinds}
    return rows + [share(f"right answer, {kind}", right, group) for kind, group in of_kind.items()]


def speed_rows(judged: Sequence[Judged]) -> list[Row]:
    """Seconds per question as they were just taken: with an empty cache, since else they say nothing; and memory."""
    seconds = [one.reply.seconds for one in judged]
    spread = (float(min(seconds)), float(max(seconds)), len(seconds))
    return [
        Row("seconds a question, median", float(median(seconds)), "s", *spread, bar="<= 3"),
        Row("seconds a question, p95", float(np.quantile(seconds, 0.95)), "s", *spread, bar="<= 8"),
        Row("memory of assistant and model", round(megabytes()), "MB", n=1, bar="<= 2500"),
    ]


def megabytes() -> float:
    """Resident memory of this process and of the local model's server, in megabytes."""
    import psutil  # type: ignore[import-untyped]

    return float(psutil.Process().memory_info().rss / 1e6) + server_megabytes(DEFAULT_MODEL)


def share(name: str, holds: Callable[[Judged], bool], among: Sequence[Judged], bar: str = "") -> Row:
    """A share with Wilson's interval; 0 of 0 is a row without one."""
    if not among:
        return Row(name, 0.0, "", n=0)
    found = wilson_interval(sum(map(holds, among)), len(among))
    return Row(name, round(found.value, 4), "", round(found.low, 4), round(found.high, 4), found.n, bar=bar)
