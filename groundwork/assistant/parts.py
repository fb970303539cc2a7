"""The assistant's default parts: rules, hybrid search, the best verbatim sentence, a calibrated probability, a bar."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from groundwork.assistant.answer import Judge, Reader, draft
from groundwork.assistant.claims import unsupported
from groundwork.assistant.core import Parts
from groundwork.assistant.regions import WHERE
from groundwork.assistant.reply import Asker, Draft, Kind, Support, Verdict
from groundwork.assistant.screen import screen
from groundwork.assistant.sentences import ENDS, Order
from groundwork.assistant.topics import Topic
from groundwork.search.index import Encoder, Hit, Index, Scope
from groundwork.search.linear import Linear
from groundwork.search.open_questions import KINDS

FOUND, RIVALS, RECALLED = 10, 3, 4  # chunks in force for the asker, of another region, by expected questions
EVERY = 100  # candidates of a search
REGIONS = tuple(WHERE)
EVEN = 0.5  # who is sure enough to answer asks back only where the question is more likely unclear than not
HOPELESS = 0.3  # below this certainty, the documents hold nothing of it, and to ask back would only cost time
THRESHOLDS = Path(__file__).with_name("thresholds.json")  # by `evaluate answers --fit`, for a stated risk
WHICH_ONE = "Could you say which one you mean? It could be about: {}."


class Certainty(Linear):
    """The probability that the draft's sentence answers the question, from what answering noticed."""

    names = (
        *("yes", "score", "ahead", "quoted", "scorers_lead", "product", "cosine", "titled", "with_before", "shared"),
        *("shared_with_before", "chunk_gap", "chunk_place", "number", "agreeing", "question_words", "asked_held"),
        *("unasked_held", "read", "read_ahead", "read_share", "known", "asked_cosine", "asked_gap", "specific"),
        *KINDS,
        *ENDS,
    )
    stored = Path(__file__).with_name("certainty.json")
    command = "course.py evaluate answers --fit"


class Ambiguity(Linear):
    """The probability that the question has several answers, and the customer has to say which is meant."""

    names = (
        *("yes", "score", "ahead", "quoted", "close_values", "scorers_lead", "product", "cosine", "titled", "shared"),
        *("shared_with_before", "number", "agreeing", "question_words", "asked_held", "read", "read_ahead"),
        *("read_share", "known", "asked_cosine", "asked_gap", "alike", "specific", *KINDS),
    )
    stored = Path(__file__).with_name("ambiguity.json")
    command = "course.py evaluate answers --fit"


def thresholds() -> dict[str, float]:
    """From which probabilities on the assistant answers and asks back."""
    found: dict[str, float] = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    return found


def row_of(model: type[Linear], signals: Mapping[str, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A model's features from a draft's signals, float64 (f,); raises KeyError for a draft without them."""
    return np.array([signals[name] for name in model.names], np.float64)


def default_parts(
    index: Index,
    encoder: Encoder,
    reader: Reader,
    judge: Judge | None,
    topic: Callable[[str], Topic] | None = None,
    answer_at: float | None = None,
) -> Parts:
    """Screen by rules, retrieve by BM25 and vectors, answer by the best verbatim sentence, verify, decide."""

    limits = thresholds()
    sure = limits["answer"] if answer_at is None else answer_at
    return Parts(
        screen=partial(screened, topic=topic),
        retrieve=partial(retrieved, index),
        answer=partial(
            draft,
            encoder=encoder,
            reader=reader,
            judge=judge,
            order=Order.load(),
            rarity=index.rarity,
            asked=index.asked,
        ),
        verify=partial(
            verify,
            certainty=Certainty.load(),
            ambiguity=Ambiguity.load(),
            clarify_at=limits["clarify"],
            answer_at=sure,
        ),
        decide=partial(decide, answer_at=sure),
    )


def screened(question: str, topic: Callable[[str], Topic] | None) -> Verdict:
    """The rules' verdict, with the team that the question is for."""
    verdict = screen(question)
    return replace(verdict, topic=topic(question).label) if topic and not verdict.kind else verdict


def retrieved(index: Index, question: str, asker: Asker) -> list[Hit]:
    """The best chunks in force for the asker, and, if their region is not known, those of the region that fits best.

    The latter are marked as not current: they can show that the answer depends on the region, and are never quoted.
    Last come the chunks that hold a sentence of which much the same question is expected.
    """
    scope = Scope(region=asker.region, date=asker.date)
    found = [hit for hit in index.search(question, EVERY, scope) if hit.current]
    hits = found[:FOUND]
    if asker.region is None:
        hits = sorted([*hits, *rivals(index, question, asker)], key=lambda hit: -hit.score)
    return [*hits, *recalled(index, question, scope, found)]


def rivals(index: Index, question: str, asker: Asker) -> list[Hit]:
    """The chunks of the region in which the question fits best, marked as not current."""
    best: list[Hit] = []
    for region in REGIONS:
        scoped = index.search(question, FOUND, Scope(region=region, date=asker.date))
        own = [hit for hit in scoped if hit.current and hit.chunk.document.region == region][:RIVALS]
        if own and (not best or own[0].score > best[0].score):
            best = own
    return [replace(hit, current=False) for hit in best]


def recalled(index: Index, question: str, scope: Scope, found: Sequence[Hit]) -> list[Hit]:
    """The chunks in force, not among the first found, of whose sentences much the same question is expected."""
    first, others = {hit.chunk.id for hit in found[:FOUND]}, {hit.chunk.id: hit for hit in found[FOUND:]}
    least = min((hit.score for hit in found), default=0.0)
    return [
        others.get(chunk.id, Hit(chunk, least, None, None, 0.0, 0.0, current=True))
        for chunk in index.asked.by(question).chunks()
        if chunk.id not in first and scope.is_current(chunk)
    ][:RECALLED]


def verify(
    draft: Draft, hits: list[Hit], certainty: Certainty, ambiguity: Ambiguity, clarify_at: float, answer_at: float
) -> Support:
    """How likely the draft is right; zero for a quote that is not there or a wording that says more than its quotes."""
    if draft.ask_back:
        return Support(0.0, "The answer depends on where the customer is.", draft.ask_back)
    if not draft.quotes:
        return Support(0.0, "No document that is in force here speaks of this.")
    shown = {hit.chunk.document.id: hit.chunk.document for hit in hits if hit.current}
    for quote in draft.quotes:
        if quote.chunk.document.id not in shown:
            return Support(0.0, "A document is quoted that was not found for this customer.")
    if wrong := unsupported(draft.text, [quote.text for quote in draft.quotes]):
        return Support(0.0, f"The wording says more than its source: {'; '.join(wrong[:3])}.")
    probability = certainty.probability(row_of(Certainty, draft.signals))
    unclear = ambiguity.probability(row_of(Ambiguity, draft.signals))
    reason = f"the model says yes to what is quoted with {draft.answers:.2f}"
    if asks_back(probability, unclear, clarify_at, answer_at):
        return Support(probability, f"Several rules fit; {reason}.", which_one(draft))
    return Support(probability, f"{reason[0].upper()}{reason[1:]}.")


def asks_back(probability: float, unclear: float, clarify_at: float, answer_at: float) -> bool:
    """Whether to ask which of several is meant: not where there is no hope, and hardly where the answer is sure."""
    return probability >= HOPELESS and unclear >= (clarify_at if probability < answer_at else max(clarify_at, EVEN))


def which_one(draft: Draft) -> str:
    """A question back that names what the question could be about: the headings of the best candidates."""
    topics = dict.fromkeys(quote.chunk.headings[-1].rstrip("?") for quote in draft.considered)
    return WHICH_ONE.format("; ".join(list(topics)[:4]))


def decide(support: Support, verdict: Verdict, answer_at: float) -> Kind:
    """Ask back where it depends, answer where the support is high enough, else hand over."""
    if verdict.kind:
        return verdict.kind
    if support.ask_back:
        return "clarify"
    return "answer" if math.isfinite(support.probability) and support.probability >= answer_at else "escalate"
