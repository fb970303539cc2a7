"""`ask` with parts that fail, lie or decide on nothing: a person gets the question, once, and reads what failed."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from groundwork.assistant import core
from groundwork.assistant.core import HANDED_OVER, Assistant, TicketsInMemory
from groundwork.assistant.reply import Asker, Draft, Reply, Support, Verdict
from groundwork.search.documents import load
from groundwork.search.index import Index
from tests.assistant.tiny import ASKER, TENTS, FixedJudge, assistant_of, parts_of, public
from tests.conftest import WordEncoder


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


def ask(index: Index, question: str, judge: FixedJudge | None = None, asker: Asker = ASKER) -> Reply:
    return assistant_of(index, judge).ask(question, asker)


def with_part(index: Index, tickets: TicketsInMemory | None = None, **parts: object) -> Assistant:
    return Assistant(replace(parts_of(index, FixedJudge()), **parts), public(index), tickets)


def fail(*_: object) -> None:
    raise RuntimeError("the file home/someone/staff.md says password: hunter2")


@pytest.mark.parametrize("broken", ["screen", "retrieve", "answer", "verify", "decide"])
def test_whatever_part_fails_a_person_gets_the_question(index: Index, broken: str) -> None:
    tickets = TicketsInMemory()
    reply = with_part(index, tickets, **{broken: fail}).ask(TENTS, ASKER)
    (ticket,) = tickets.kept.values()
    assert (reply.kind, reply.text, reply.reason) == ("escalate", HANDED_OVER, core.FAILED)
    assert ticket.why.startswith("RuntimeError: the file")  # the person reads what failed, the asker does not
    assert "hunter2" not in ticket.why
    assert "/home" not in json.dumps(reply.as_dict())
    assert reply.trace[-1].output == ticket.why


def test_a_model_that_is_gone_hands_over(index: Index) -> None:
    tickets = TicketsInMemory()
    judge = FixedJudge(error=TimeoutError("no answer in 60 s"))
    reply = assistant_of(index, judge, tickets).ask("How long is the warranty?", ASKER)
    assert reply.kind == "escalate"
    assert [ticket.why for ticket in tickets.kept.values()] == ["TimeoutError: no answer in 60 s"]


def test_a_part_that_ends_the_program_does_not(index: Index) -> None:
    reply = with_part(index, answer=lambda *_: sys.exit(3)).ask(TENTS, ASKER)
    assert (reply.kind, reply.reason) == ("escalate", core.FAILED)


def test_a_wording_that_the_source_does_not_have_is_not_answered(index: Index) -> None:
    parts = parts_of(index, FixedJudge(yes=1.0))

    def invented(question: str, hits: list) -> Draft:
        return replace(parts.answer(question, hits), text="Tents may be returned within 400 days.")

    assert with_part(index, answer=invented).ask(TENTS, ASKER).kind == "escalate"
    trusting = with_part(index, answer=invented, verify=lambda *_: Support(1.0, "It is so."))
    reply = trusting.ask(TENTS, ASKER)
    assert (reply.kind, reply.reason) == ("escalate", core.UNSAFE)  # the guard does not need the verifier
    assert "400" not in json.dumps(reply.as_dict())
    assert [citation.quote for citation in reply.found] == ["Tents may be returned within 45 days of delivery."]


def test_the_askers_own_numbers_may_be_said(index: Index) -> None:
    parts = parts_of(index, FixedJudge())

    def told(question: str, hits: list) -> Draft:
        made = parts.answer(question, hits)
        return replace(made, text=f"{made.text} Your order came on day 7123.")

    assistant = with_part(index, answer=told, verify=lambda *_: Support(0.9, "It is so."))
    assert assistant.ask(TENTS, ASKER).kind == "escalate"
    assert assistant.ask(TENTS, ASKER, records=["Delivered: day 7123"]).kind == "answer"


def test_a_part_that_refuses_does_not_promise_a_colleague(index: Index) -> None:
    tickets = TicketsInMemory()
    reply = with_part(index, tickets, decide=lambda *_: "refuse").ask(TENTS, ASKER)
    assert (reply.kind, reply.text) == ("refuse", core.REFUSED)
    assert tickets.kept == {}


@pytest.mark.parametrize("kind", ["send", "", 7, ["answer"], float("nan")])
@pytest.mark.parametrize("part", ["decide", "screen"])
def test_a_decision_that_there_is_not_goes_to_a_person(index: Index, part: str, kind: object) -> None:
    made = kind if part == "decide" else Verdict(kind, "so it is")  # type: ignore[arg-type]
    two = f"{TENTS} And what does a prepaid label cost?"
    for question in (TENTS, two):
        assert with_part(index, **{part: lambda *_: made}).ask(question, ASKER).kind == "escalate"


@pytest.mark.parametrize("probability", [float("nan"), float("inf"), -1.0, 2.0, None, "high"])
def test_no_answer_without_a_probability(index: Index, probability: object) -> None:
    assistant = with_part(index, verify=lambda *_: Support(probability, "Sure."), decide=lambda *_: "answer")  # type: ignore[arg-type]
    reply = assistant.ask(TENTS, ASKER)
    assert (reply.kind, reply.confidence) == ("escalate", 0.0)
    json.dumps(reply.as_dict(), allow_nan=False)


def test_every_request_has_an_id_and_the_same_one_makes_one_ticket(index: Index) -> None:
    tickets = TicketsInMemory()
    assistant = assistant_of(index, FixedJudge(0.1), tickets)
    first, second = assistant.ask(TENTS, ASKER), assistant.ask(TENTS, ASKER)
    assert first.id != second.id
    assert [assistant.ask(TENTS, ASKER, id="mine").id for _ in range(3)] == ["mine"] * 3
    assert list(tickets.kept) == [first.id, second.id, "mine"]


def test_a_ticket_for_each_escalation_and_none_for_others(index: Index) -> None:
    tickets = TicketsInMemory()
    person = replace(ASKER, customer="C0001")
    reply = assistant_of(index, FixedJudge(0.1), tickets).ask(TENTS, person, id="r1")
    (ticket,) = tickets.kept.values()
    assert (ticket.id, ticket.question, ticket.customer, ticket.region) == ("r1", TENTS, "C0001", "us")
    assert ticket.why == reply.reason
    found = json.loads(ticket.found)
    assert {"document": "returns", "title": "Returns policy", "quote": reply.found[0].quote} in found
    for question in ("", TENTS):
        assert assistant_of(index, tickets=tickets).ask(question, person).kind != "escalate"
    assert len(tickets.kept) == 1


def test_tickets_that_break_their_promise_are_recorded_with_the_next_one(index: Index) -> None:
    class Broken(TicketsInMemory):
        works = False

        def record(self, ticket: object) -> object:
            if not self.works:
                raise OSError("no space left")
            return super().record(ticket)

    tickets = Broken()
    assistant = assistant_of(index, FixedJudge(0.1), tickets)
    assert assistant.ask(TENTS, ASKER, id="a").kind == "escalate"
    tickets.works = True
    assistant.ask(TENTS, ASKER, id="b")
    assert set(tickets.kept) == {"a", "b"}
