"""`Assistant(parts).ask(question) -> Reply`: five replaceable parts in a row, a person at the end of every doubt.

The parts may be wrong or slow and say what they like; the promises are kept around them. Parts see only passages that
the asker may read, every reply passes the guard, every failure becomes an escalation, and every escalation a ticket,
recorded once. The asker gets a reason in plain words; what failed, in its own words, is in the ticket and the trace.
"""

import datetime
import json
import operator
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar, get_args

from groundwork.assistant import guard
from groundwork.assistant.budget import Budget, BudgetError, Limits
from groundwork.assistant.guard import broken_promises, in_force, showable, verbatim
from groundwork.assistant.regions import named, placed, words_of
from groundwork.assistant.reply import Asker, Citation, Draft, Kind, Quote, Reply, Support, Verdict
from groundwork.assistant.screen import LONGEST
from groundwork.assistant.tickets import Recorded, Ticket
from groundwork.assistant.tracing import Trace, Tracer, kept, told
from groundwork.search.chunks import Chunk
from groundwork.search.documents import Document
from groundwork.search.index import Hit
from groundwork.search.subquestions import subquestions

T = TypeVar("T")
HANDED_OVER = "I am not sure enough to answer this, so I am handing it to a colleague."
REFUSED = "I cannot help with that."
FAILED = "A part of the assistant failed; its trace says how."
TOO_MUCH = "It took too long, or asked too much of the model; its trace says where."
UNSAFE = "The reply did not pass the last check; its trace says why."
WITHHELD = "The reason holds what is not for showing; it is in the trace."
PLACES = {"us": "for the United States", "ca": "for Canada", "uk": "for the UK", "eu": "for the EU"}
KINDS = {"screen": "GUARDRAIL", "retrieve": "RETRIEVER", "answer": "LLM", "verify": "EVALUATOR", "decide": "CHAIN"}
PARTS_OF_ONE = 3  # questions in one that are answered one by one
HITS, FOUND = 50, 10  # passages that the parts get to see, and quotes that a ticket shows
KEPT = 10_000  # characters of a question that a ticket keeps: more than the screen lets through


@dataclass(frozen=True)
class Parts:
    """The assistant's parts. Each is a plain function that a learner can replace by their own."""

    screen: Callable[[str], Verdict]
    retrieve: Callable[[str, Asker], list[Hit]]
    answer: Callable[[str, list[Hit]], Draft]
    verify: Callable[[Draft, list[Hit]], Support]
    decide: Callable[[Support, Verdict], Kind]


class Tickets(Protocol):
    """Where escalations go. `record` never raises, and the same id again changes nothing."""

    def record(self, ticket: Ticket) -> Recorded:
        """Keep a ticket."""
        ...


class TicketsInMemory:
    """Tickets for a notebook or a test: gone with the process."""

    def __init__(self) -> None:
        self.kept: dict[str, Ticket] = {}

    def record(self, ticket: Ticket) -> Recorded:
        """Keep a ticket."""
        self.kept.setdefault(ticket.id, ticket)
        return Recorded("memory")


class Assistant:
    """Answers from documents, asks back, hands over or refuses. `ask` never raises and never loses a question.

    `documents` are those that every asker may read, by id: the guard cuts each quote anew from them.
    """

    def __init__(
        self,
        parts: Parts,
        documents: Mapping[str, Document],
        tickets: Tickets | None = None,
        tracer: Tracer | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.parts, self.documents = parts, documents
        self.tickets = tickets or TicketsInMemory()
        self.tracer = tracer or Tracer(enabled=False)
        self.limits = limits or Limits(Budget())
        self._words = words_of(documents.values())
        self._waiting: dict[str, Ticket] = {}  # what `tickets` did not take, although it promises to

    def ask(
        self, question: str, asker: Asker | None = None, id: str | None = None, records: Sequence[str] = ()
    ) -> Reply:
        """Answer one question for one asker.

        `id` names the request, and no other request has it: asked again after a failure, it makes no second ticket.
        `records` are texts of the asker's own whose numbers an answer may say.
        """
        begun, asker, name = time.perf_counter(), asker or Asker(), str(id or uuid.uuid4().hex)
        with self.tracer.question(question, "customer" if asker.customer else "visitor") as trace:
            try:
                if asker.region is None and (region := named(question[:LONGEST])):
                    asker = replace(asker, region=region)
                reply, why = self._checked(
                    self.limits.run(lambda: self._reply(question, asker, trace)), question, asker, records, trace
                )
            except Exception as error:  # noqa: BLE001 - the promise: a failure goes to a person, and is never shown raw
                reason = TOO_MUCH if isinstance(error, BudgetError) else FAILED
                reply, why = Reply("escalate", HANDED_OVER, reason=reason), told(error)
            if reply.kind == "escalate":
                self._record(reply, why, question, asker, name)
            trace.output, trace.reply_kind = reply.text, reply.kind
        seconds = round(time.perf_counter() - begun, 3)
        return replace(reply, seconds=seconds, trace=trace.stages, id=name)

    def _reply(self, question: str, asker: Asker, trace: Trace) -> Reply:
        verdict: Verdict = self._run(trace, "screen", self.parts.screen, question)
        if verdict.kind is not None:
            text = HANDED_OVER if verdict.kind == "escalate" else verdict.reason
            return Reply(checked(verdict.kind), text, reason=verdict.reason)
        # White space says nothing, and patterns may read long runs of it again from each place.
        asked = [placed(one, asker.region, self._words) for one in subquestions(" ".join(question.split()))]
        if len(asked) > PARTS_OF_ONE:
            return Reply("escalate", HANDED_OVER, reason="These are more questions in one than are answered at once.")
        return joined([self._one(part, asker, verdict, trace) for part in asked])

    def _one(self, question: str, asker: Asker, verdict: Verdict, trace: Trace) -> Reply:
        parts = self.parts
        hits = self._run(
            trace, "retrieve", lambda *inputs: self._readable(parts.retrieve(*inputs), asker), question, asker
        )
        made: Draft = self._run(trace, "answer", parts.answer, question, hits)
        if len(made.text) > guard.LONGEST:
            raise ValueError(f"a draft of {len(made.text):,} characters")  # nobody is to read that, word by word
        support: Support = self._run(trace, "verify", parts.verify, made, hits)
        kind = checked(self._run(trace, "decide", parts.decide, support, verdict))
        likely = 0 <= support.probability <= 1
        confidence = round(float(support.probability), 3) if likely else 0.0
        reason = f"[{verdict.topic}] {support.reason}" if verdict.topic else support.reason
        if kind == "answer" and likely:
            return Reply("answer", made.text, tuple(map(cited, made.quotes)), confidence, reason)
        kind = "escalate" if kind == "answer" else kind
        text = {"clarify": support.ask_back, "refuse": REFUSED}.get(kind, HANDED_OVER)
        return Reply(kind, text, confidence=confidence, reason=reason, found=tuple(map(cited, made.considered[:FOUND])))

    def _run(self, trace: Trace, name: str, part: Callable[..., T], *inputs: Any) -> T:
        with trace.stage(name, KINDS[name], shown(inputs[0])) as stage:
            before = replace(self.limits.spent)
            result = part(*inputs)
            stage.prompt_tokens = self.limits.spent.tokens - before.tokens
            stage.completion_tokens = self.limits.spent.calls - before.calls  # each call writes one letter
            stage.output = shown(result)
            if name == "retrieve":
                stage.documents = [(hit.chunk.id, float(hit.score)) for hit in result]  # type: ignore[attr-defined]
            return result

    def _readable(self, hits: Iterable[Hit], asker: Asker) -> list[Hit]:
        """The hits that the asker may read, in force or not as our documents say: no others reach a prompt."""
        return [
            replace(hit, current=bool(hit.current) and in_force(hit.chunk.document, asker))
            for hit in hits
            if self._ours(hit.chunk)
        ][:HITS]

    def _ours(self, chunk: Chunk) -> bool:
        """Whether a chunk is a passage of a document that the asker may read, under that document's headings."""
        document = self.documents.get(chunk.document.id)
        if document is None or document != chunk.document or not 0 <= chunk.start < chunk.end <= len(document.text):
            return False
        return {document.title, *(heading.text for heading in document.headings)}.issuperset(chunk.headings)

    def _checked(
        self, reply: Reply, question: str, asker: Asker, records: Sequence[str], trace: Trace
    ) -> tuple[Reply, str]:
        """The reply if it keeps the promises, else an escalation; and the whole reason, for the ticket."""
        sizes = f"{len(question.strip()):,} {LONGEST:,}"  # what a refusal may say of the question
        said = [*records] if reply.kind == "answer" else [*records, sizes]
        with trace.stage("guard", "GUARDRAIL", reply.text) as stage:
            wrong = [] if reply.kind == "escalate" else broken_promises(reply, self.documents, asker, said)
            stage.output = "; ".join(wrong) or "kept"
        why = reply.reason
        reason = why if why == "" or showable(why, sizes) else WITHHELD
        found = tuple(filter(self._quotes_us, (*reply.found, *(reply.citations if wrong else ()))))[:FOUND]
        if wrong:
            why, reason = f"Guard: {stage.output}. {why}", UNSAFE
            reply = Reply("escalate", HANDED_OVER, confidence=reply.confidence)
        told = tuple(replace(one, rule=rule_of(self.documents[one.document])) for one in reply.citations)
        return replace(reply, citations=told, reason=reason, found=found), why

    def _quotes_us(self, citation: Citation) -> bool:
        """Whether a citation is a quote of a document that the asker may read, in force or not."""
        source = self.documents.get(citation.document)
        return source is not None and source.title == citation.title and verbatim(citation, source.text)

    def _record(self, reply: Reply, why: str, question: str, asker: Asker, name: str) -> None:
        """Record a ticket, and those that could not be recorded before. Secrets in an error's text are masked."""
        found = [{"document": c.document, "title": c.title, "quote": c.quote} for c in reply.found]
        asked = question if isinstance(question, str) else kept(question)
        asked = asked if len(asked) <= KEPT else f"{asked[:KEPT]}… [{len(asked):,} characters in all]"
        now = datetime.datetime.now(datetime.UTC)
        ticket = Ticket(
            name, now, asked, asker.customer, asker.region, json.dumps(found, ensure_ascii=False), kept(why)
        )
        self._waiting.setdefault(name, ticket)
        for waiting in tuple(self._waiting.values()):
            with suppress(Exception):  # else it waits for the next question
                self.tickets.record(waiting)
                self._waiting.pop(waiting.id, None)


def checked(kind: object) -> Kind:
    """A kind that there is. Raises ValueError for anything else."""
    for known in get_args(Kind):
        if isinstance(kind, str) and kind == known:
            result: Kind = known
            return result
    raise ValueError(f"a part decided on {kind!r:.80}, which there is not")


def joined(replies: Sequence[Reply]) -> Reply:
    """Several questions' replies as one.

    An answer if all are, a refusal if all are; a question back if one needs it and the others are answered. Whatever
    is left goes to a person, so that no part of it is lost.
    """
    if len(replies) == 1:
        return replies[0]
    kinds = {reply.kind for reply in replies}
    confidence = min(reply.confidence for reply in replies)
    reason = " | ".join(dict.fromkeys(reply.reason for reply in replies))
    if kinds == {"answer"}:
        citations = tuple(dict.fromkeys(citation for reply in replies for citation in reply.citations))
        return Reply("answer", "\n".join(dict.fromkeys(reply.text for reply in replies)), citations, confidence, reason)
    found = tuple(citation for reply in replies for citation in (*reply.citations, *reply.found))
    for kind, others in (("refuse", {"refuse"}), ("clarify", {"clarify", "answer"})):
        if kind in kinds and kinds <= others:
            text = "\n".join(dict.fromkeys(reply.text for reply in replies if reply.kind == kind))
            return Reply(checked(kind), text, confidence=confidence, reason=reason, found=found)
    return Reply("escalate", HANDED_OVER, confidence=confidence, reason=reason, found=found)


def cited(quote: Quote) -> Citation:
    """A quote as the asker sees it. Raises TypeError for positions that are no whole numbers."""
    document = quote.chunk.document
    return Citation(document.id, document.title, operator.index(quote.start), operator.index(quote.end), quote.text)


def rule_of(document: Document) -> str:
    """Since when and where a document holds: "in force since 2026-03-01, for the UK"."""
    since = f"in force since {document.effective_from}" if document.effective_from else ""
    return ", ".join(filter(None, [since, PLACES.get(document.region, "")]))


def shown(value: object) -> str:
    """A part's input or output in a line, for the trace."""
    if isinstance(value, Draft):
        return value.text or value.ask_back or "nothing"
    if isinstance(value, list):
        return "; ".join(hit.chunk.id if isinstance(hit, Hit) else repr(hit)[:80] for hit in value[:10])
    return value if isinstance(value, str) else repr(value)[:400]
