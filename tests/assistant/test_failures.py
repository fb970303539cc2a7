"""Whatever fails, every question ends as a recorded escalation: none lost, none twice, no exception."""

import datetime
import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from groundwork.assistant import outbox as outbox_module
from groundwork.assistant.budget import Budget
from groundwork.assistant.core import FAILED, HANDED_OVER, TOO_MUCH, Assistant
from groundwork.assistant.desk import AskerError, asker
from groundwork.assistant.reply import Asker, Reply
from groundwork.assistant.spans import SqliteExporter
from groundwork.assistant.ticket_database import TicketDatabase
from groundwork.assistant.tracing import Tracer
from groundwork.search.documents import load
from groundwork.search.index import Index
from groundwork.search.store import StoreError, load_index, open_index
from groundwork.shop.world import WorldError
from tests.assistant.places import Place, on_sqlite
from tests.assistant.tiny import ASKER, TENTS, FixedJudge, assistant_of, parts_of, public
from tests.conftest import STAFF, WordEncoder

DEAD = FixedJudge(error=ConnectionRefusedError("the model's server is gone"))
QUESTIONS = [f"Tents may be returned within how many days of delivery, order {number}?" for number in range(12)]


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return on_sqlite(tmp_path)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def all_at_once(assistant: Assistant, questions: list[str] = QUESTIONS) -> list[Reply]:
    """The replies to questions that several threads ask at the same time."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda question: assistant.ask(question, ASKER), questions))


def recorded_once(place: Place, replies: list[Reply], questions: list[str] = QUESTIONS) -> None:
    """Every reply is an escalation with one ticket, which holds its question."""
    assert [reply.kind for reply in replies] == ["escalate"] * len(questions)
    assert {reply.text for reply in replies} == {HANDED_OVER}
    tickets = place.store().tickets()
    assert place.ids() == sorted(ticket.id for ticket in tickets)
    assert len(tickets) == len(replies)
    assert {ticket.id: ticket.question for ticket in tickets} == {
        reply.id: question for reply, question in zip(replies, questions, strict=True)
    }


def test_with_the_model_gone(index: Index, here: Place, tmp_path: Path) -> None:
    store, tracer = here.store(), Tracer(tmp_path / "traces.db")
    replies = all_at_once(assistant_of(index, DEAD, store, tracer))
    recorded_once(here, replies)
    assert store.pending() == 0
    assert all("server is gone" in ticket.why for ticket in store.tickets())
    assert {reply.reason for reply in replies} == {FAILED}


def test_with_the_database_locked(index: Index, here: Place) -> None:
    store = here.store(patience=0.05)
    first = assistant_of(index, DEAD, store).ask(QUESTIONS[0], ASKER)
    with here.locked():
        others = all_at_once(assistant_of(index, DEAD, store), QUESTIONS[1:])
        assert store.pending() == len(QUESTIONS) - 1
    assert store.flush() == 0
    recorded_once(here, [first, *others])


def test_with_the_disk_full_for_tickets_and_traces(
    index: Index, here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, tracer = here.store(), Tracer(tmp_path / "traces.db")
    with monkeypatch.context() as patch:
        for place, name in ((outbox_module, "_write"), (TicketDatabase, "_insert"), (SqliteExporter, "_opened")):
            patch.setattr(place, name, full)
        replies = all_at_once(assistant_of(index, DEAD, store, tracer))
        assert store.pending() == len(QUESTIONS)  # in memory: there is nowhere else
        assert tracer.lost >= len(QUESTIONS)
    assert store.flush() == 0
    recorded_once(here, replies)


def test_with_the_disk_full_but_for_what_was_reserved(
    index: Index, here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = here.store()
    with monkeypatch.context() as patch:
        patch.setattr(TicketDatabase, "_insert", full)
        replies = all_at_once(assistant_of(index, DEAD, store))
    recorded_once(here, replies)  # another store finds them in the outbox


@pytest.mark.parametrize("part", ["screen", "retrieve", "answer", "verify", "decide"])
def test_with_a_part_that_hangs(index: Index, here: Place, part: str) -> None:
    release = threading.Event()
    parts = replace(parts_of(index, FixedJudge()), **{part: lambda *_: release.wait(60)})
    assistant = assistant_of(index, tickets=here.store(), budget=Budget(seconds=0.2, hanging=3))
    assistant.parts = parts
    try:
        replies = all_at_once(assistant)
    finally:
        release.set()
    recorded_once(here, replies)
    assert {reply.reason for reply in replies} == {TOO_MUCH}


def test_what_hung_is_forgiven_once_it_ends(index: Index) -> None:
    release = threading.Event()
    honest = parts_of(index, FixedJudge())
    assistant = assistant_of(index, budget=Budget(seconds=0.2, hanging=1))
    assistant.parts = replace(honest, screen=lambda question: release.wait(60) and honest.screen(question))
    for _ in range(2):
        assert assistant.ask(TENTS, ASKER).kind == "escalate"
    assert "still hang" in list(assistant.tickets.kept.values())[-1].why  # type: ignore[attr-defined]
    release.set()
    for thread in threading.enumerate():
        if thread.name == "question":
            thread.join(10)
    assistant.limits.budget = Budget(seconds=60)
    assert assistant.ask(TENTS, ASKER).kind == "answer"


def test_the_same_request_asked_again_makes_no_second_ticket(index: Index, here: Place) -> None:
    assistant = assistant_of(index, DEAD, here.store())
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: assistant.ask(TENTS, ASKER, id="request-7"), range(6)))
    assert {reply.id for reply in replies} == {"request-7"}
    assert here.ids() == ["request-7"]


@pytest.mark.parametrize("damage", ["manifest.json", "public.npy", "CURRENT"])
def test_with_the_index_file_damaged(folder: Path, tmp_path: Path, damage: str, encoder: WordEncoder) -> None:
    store = tmp_path / "index"
    open_index(folder, store, encoder)
    (path,) = store.rglob(damage)
    path.write_bytes(path.read_bytes()[: -len(path.read_bytes()) // 2])
    with pytest.raises(StoreError):
        load_index(store, encoder)
    with pytest.warns(UserWarning, match="built anew"):
        again = open_index(folder, store, encoder)
    assert assistant_of(again).ask(TENTS, ASKER).kind == "answer"


def test_with_an_index_that_breaks_while_it_is_used(index: Index, here: Place) -> None:
    index.parts["public"].chunks.clear()  # its vectors and words point at nothing now
    recorded_once(here, all_at_once(assistant_of(index, tickets=here.store())))


# --- bad input -------------------------------------------------------------------------------------------------------

SPOKEN = (
    "Wie lange kann ich das zurückgeben? Combien ça coûte? ¿Cuánto tarda? Quanto costa? Hoeveel kost het? "
    "Ile to kosztuje? 返品できますか。可以退货吗？ Сколько стоит? كم السعر؟"
)
BAD: dict[str, tuple[object, set[str]]] = {
    "empty": ("", {"refuse"}),
    "spaces": (" \t\n ", {"refuse"}),
    "50 kB": ("How long is the warranty? " * 2_000, {"refuse"}),
    "50 kB of spaces": ("How" + " " * 50_000 + "long?", {"refuse"}),
    "3 kB of spaces": ("How long is it" + " " * 3_000 + "x", {"answer", "escalate", "clarify"}),
    "control characters": ("How long\x00 is \x07the warranty?", {"refuse"}),
    "escape sequences": ("\x1b[2JHow long?", {"refuse"}),
    "lone surrogates": ("How long \ud800 is it?", {"refuse"}),
    "ten languages": (SPOKEN, {"escalate"}),
    "staff document": (f"{STAFF.split('---')[2].strip()} Is that right?", {"answer", "escalate", "clarify"}),
    "two questions": (f"{TENTS} And what does a prepaid label cost?", {"answer"}),
    "nothing": (None, {"escalate"}),
    "a number": (7, {"escalate"}),
    "bytes": (b"How long is the warranty?", {"escalate"}),
    "a list": (["How long is the warranty?"], {"escalate"}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_well(index: Index, here: Place, name: str) -> None:
    question, kinds = BAD[name]
    judge = FixedJudge()
    reply = assistant_of(index, judge, here.store(), budget=Budget(seconds=20)).ask(question, ASKER)  # type: ignore[arg-type]
    assert reply.kind in kinds
    assert reply.reason
    assert "$25" not in reply.text
    assert "$25" not in str(reply.citations)
    assert [ticket.id for ticket in here.store().tickets()] == ([reply.id] if reply.kind == "escalate" else [])


@pytest.mark.parametrize("year", [1, 1970, 2090, 9999])
def test_days_far_away_are_asked_about_the_rules_of_that_day(index: Index, year: int) -> None:
    reply = assistant_of(index).ask(TENTS, Asker(region="us", date=datetime.date(year, 1, 1)))
    quoted = {citation.document for citation in reply.citations}
    assert quoted <= ({"returns", "warranty"} if year > 2026 else {"warranty"})
    if 2000 <= year < 2090:
        return
    with pytest.raises(AskerError, match="out of range"):
        asker(date=datetime.date(year, 1, 1))


@pytest.mark.parametrize("customer", ["C9999", "C0001'; DROP TABLE customers;--", "", "c0001 OR 1=1"])
def test_a_customer_who_does_not_exist_is_told_before(customer: str) -> None:
    with pytest.raises(WorldError, match="no customer"):
        asker(customer)


@pytest.mark.parametrize("region", ["atlantis", "", "us; uk"])
def test_a_region_that_is_not_served_is_told_before(region: str) -> None:
    with pytest.raises(AskerError, match="not served"):
        asker(region=region)


def test_a_region_that_is_not_served_gets_only_what_holds_everywhere(index: Index, here: Place) -> None:
    mars = replace(ASKER, region="mars")
    assistant = assistant_of(index, tickets=here.store())
    assert assistant.ask(TENTS, mars).kind == "answer"
    reply = assistant.ask("What do express parcels cost?", mars)
    assert "£" not in reply.text
    assert all(public(index)[citation.document].region == "all" for citation in reply.citations)


@pytest.mark.parametrize("changes", [{"date": None}, {"region": 7}, {"customer": "C0001\x00"}, {"region": ["us"]}])
def test_a_session_with_nonsense_loses_no_question(index: Index, here: Place, changes: dict[str, object]) -> None:
    reply = assistant_of(index, DEAD, here.store()).ask(TENTS, replace(ASKER, **changes))
    recorded_once(here, [reply], [TENTS])
