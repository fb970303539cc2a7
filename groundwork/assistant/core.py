"""`Assistant(parts).ask(question) -> Reply`: five replaceable parts in a row, a person at the end of every doubt."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from groundwork.assistant.answer import Judge, draft
from groundwork.assistant.reply import Asker, Citation, Draft, Kind, Reply, Stage, Support, Verdict
from groundwork.assistant.screen import screen
from groundwork.search.index import Encoder, Hit, Index, Scope

T = TypeVar("T")
HANDED_OVER = "I am not sure enough to answer this, so I am handing it to a colleague."
# Support is a logistic function of the model's word and the sentence's fit, fitted on 47 dev questions; the small model
# is shy, so that a "yes" of 0.4 is much. Few questions, so the threshold leaves room.
MODEL_SAYS, SENTENCE_FITS, OFFSET = 35.2, 0.86, -11.0
SURE = 0.6


@dataclass(frozen=True)
class Parts:
    """The assistant's parts. Each is a plain function that a learner can replace by their own."""

    screen: Callable[[str], Verdict]
    retrieve: Callable[[str, Asker], list[Hit]]
    answer: Callable[[str, list[Hit]], Draft]
    verify: Callable[[Draft, list[Hit]], Support]
    decide: Callable[[Support, Verdict], Kind]


def default_parts(index: Index, encoder: Encoder, judge: Judge) -> Parts:
    """Screen by rules, retrieve by BM25 and vectors, answer by the best verbatim sentence, verify, decide."""
    return Parts(
        screen=screen,
        retrieve=lambda question, asker: index.search(question, 10, Scope(region=asker.region, date=asker.date)),
        answer=partial(draft, encoder=encoder, judge=judge),
        verify=verify,
        decide=decide,
    )


def verify(draft: Draft, hits: list[Hit]) -> Support:
    """Support from the model's word and the sentence's fit; zero for a quote that is not word for word."""
    if not draft.quotes:
        return Support(0.0, "No document that is in force here speaks of this.")
    shown = {hit.chunk.document.id: hit.chunk.document for hit in hits if hit.current}
    for quote in draft.quotes:
        source = shown.get(quote.chunk.document.id)
        if source is None or source.text[quote.start : quote.end] not in draft.text:
            return Support(0.0, "The wording is not what the source says.")
    fit = draft.quotes[0].score
    support = 1 / (1 + math.exp(-(MODEL_SAYS * draft.answers + SENTENCE_FITS * fit + OFFSET)))
    return Support(support, f"best sentence fits {fit:.2f}, the model says yes {draft.answers:.2f}")


def decide(support: Support, verdict: Verdict) -> Kind:
    """Answer where the support is high enough, else hand over."""
    return verdict.kind or ("answer" if support.probability >= SURE else "escalate")


class Assistant:
    """Answers from documents, or hands over. `ask` never raises; whatever fails becomes an escalation."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def ask(self, question: str, asker: Asker | None = None) -> Reply:
        """Answer one question for one asker."""
        begun, trace, asker = time.perf_counter(), list[Stage](), asker or Asker()

        def stage(name: str, part: Callable[..., T], *inputs: Any) -> T:
            start = time.perf_counter()
            result = part(*inputs)
            trace.append(Stage(name, repr(inputs[0])[:400], repr(result)[:400], time.perf_counter() - start))
            return result

        try:
            reply = self._reply(question, asker, stage)
        except Exception as error:  # noqa: BLE001 - the promise: a failure is handed to a person, never shown raw
            reply = Reply("escalate", HANDED_OVER, reason=f"{type(error).__name__}: {error}")
        seconds = round(time.perf_counter() - begun, 3)
        return Reply(reply.kind, reply.text, reply.citations, reply.confidence, reply.reason, seconds, tuple(trace))

    def _reply(self, question: str, asker: Asker, stage: Callable[..., Any]) -> Reply:
        parts = self.parts
        verdict: Verdict = stage("screen", parts.screen, question)
        if verdict.kind:
            return Reply(
                verdict.kind, HANDED_OVER if verdict.kind == "escalate" else verdict.reason, reason=verdict.reason
            )
        hits = stage("retrieve", parts.retrieve, question, asker)
        made: Draft = stage("answer", parts.answer, question, hits)
        support: Support = stage("verify", parts.verify, made, hits)
        kind: Kind = stage("decide", parts.decide, support, verdict)
        confidence = round(support.probability, 3)
        if kind != "answer":
            return Reply(kind, HANDED_OVER, confidence=confidence, reason=support.reason)
        cited = tuple(
            Citation(quote.chunk.document.id, quote.chunk.document.title, quote.start, quote.end, quote.text)
            for quote in made.quotes
        )
        return Reply("answer", made.text, cited, confidence, support.reason)
