"""Tickets: kept once, whatever fails. The same promises on SQLite and PostgreSQL."""

import datetime
import errno
import stat
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sql
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.assistant import outbox as outbox_module
from groundwork.assistant.ticket_database import TicketDatabase
from groundwork.assistant.tickets import Ticket, TicketError, TicketStore
from tests.assistant.places import AT, Place, child, finished, on_sqlite, ticket


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_ticket_comes_back_as_it_was_given(place: Place) -> None:
    given = ticket(question="Où est ma commande? 🏕 'x'; DROP TABLE tickets;--", customer=None, region=None)
    with_store = place.store()
    assert with_store.record(given).where == "database"
    assert with_store.get(given.id) == given
    assert place.store().tickets() == [given]


def test_times_are_kept_in_utc(place: Place) -> None:
    store = place.store()
    store.record(ticket(1, at=AT.astimezone(datetime.timezone(datetime.timedelta(hours=-7)))))
    store.record(ticket(2, at=AT.replace(tzinfo=None)))
    store.record(ticket(3, at=datetime.datetime.max.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-7)))))
    assert [found.at for found in store.tickets()][:2] == [AT, AT]
    assert len(store.tickets()) == 3
    assert all(found.at.tzinfo for found in store.tickets())


def test_the_same_id_again_leaves_the_first(place: Place) -> None:
    store = place.store()
    for question in ("first", "second"):
        assert store.record(ticket(question=question)).where == "database"
    assert [found.question for found in place.store().tickets()] == ["first"]


def test_a_closed_ticket_stays_closed_when_it_is_recorded_again(place: Place) -> None:
    store = place.store()
    store.record(ticket(1))
    store.record(ticket(2))
    store.close_ticket("r-1")
    store.record(ticket(1))
    assert [found.id for found in store.tickets("open")] == ["r-2"]
    assert [found.id for found in store.tickets("closed")] == ["r-1"]


def test_closing_a_ticket_that_does_not_exist_is_an_error(place: Place) -> None:
    with pytest.raises(TicketError, match="no ticket 'r-9'"):
        place.store().close_ticket("r-9")
    assert place.store().get("r-9") is None


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_can_be_recorded(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    where = on_sqlite(tmp_path_factory.mktemp("any"))
    assert where.store().record(ticket(text, question=text, why=text)).where == "database"
    assert len(where.ids()) == 1


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\uffff" * 3])
def test_text_that_a_database_refuses_is_recorded_all_the_same(place: Place, text: str) -> None:
    store = place.store()
    assert store.record(ticket(text, question=text, customer=text)).where == "database"
    assert store.get(f"r-{text}") == store.tickets()[0]


def test_a_locked_database_sends_the_ticket_to_the_outbox(place: Place) -> None:
    store = place.store(patience=0.2)
    store.record(ticket(0))
    with place.locked():
        begun = time.monotonic()
        recorded = store.record(ticket(1))
        assert recorded.where == "outbox"
        assert "try again" in recorded.reason
        assert time.monotonic() - begun < 5
        assert store.pending() == 1
    assert store.record(ticket(2)).where == "database"
    assert (store.pending(), place.ids()) == (0, ["r-0", "r-1", "r-2"])


def test_a_database_that_is_gone_keeps_tickets_for_the_next_start(place: Place, tmp_path: Path) -> None:
    gone = f"postgresql+psycopg://nobody@/nothing?host={tmp_path.as_posix()}"
    if place.url.startswith("sqlite"):
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        gone = f"sqlite:///{(tmp_path / 'file' / 'tickets.db').as_posix()}"
    store = TicketStore(gone, place.outbox, patience=0.1)
    assert store.record(ticket(1)).where == "outbox"
    with pytest.raises(TicketError, match="wait in outbox: 1"):
        store.tickets()
    opened = place.store()
    assert opened.pending() == 0
    assert place.ids() == ["r-1"]


def test_a_full_disk_under_the_database(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.store()
    with monkeypatch.context() as patched:
        patched.setattr(TicketDatabase, "_insert", full)
        recorded = store.record(ticket(1))
        assert (recorded.where, "Free some space" in recorded.reason) == ("outbox", False)
        assert "No space left" in recorded.reason
    assert store.flush() == 0
    assert place.ids() == ["r-1"]


def test_one_ticket_that_the_database_refuses_does_not_hold_up_the_others(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = TicketDatabase._insert

    def refuse_one(self: TicketDatabase, tickets: list[Ticket]) -> None:
        if any(one.id == "r-bad" for one in tickets):
            raise sql.exc.DataError("INSERT", None, ValueError("value too strange"))
        real(self, tickets)

    store = place.store()
    monkeypatch.setattr(TicketDatabase, "_insert", refuse_one)
    assert store.record(ticket("bad")).where == "outbox"
    assert store.record(ticket("good")).where == "database"
    assert (store.pending(), place.ids()) == (1, ["r-good"])
    monkeypatch.undo()
    assert (store.flush(), place.ids()) == (0, ["r-bad", "r-good"])


def test_with_no_disk_at_all_tickets_wait_in_memory(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place.store()
    with monkeypatch.context() as patched:
        patched.setattr(TicketDatabase, "_insert", full)
        patched.setattr(outbox_module, "_write", full)
        assert [store.record(ticket(number)).where for number in (1, 2, 2)] == ["memory"] * 3
        assert store.pending() == 2
        patched.setattr(TicketDatabase, "_insert", lambda *_: 1 / 0)  # still fails, in another way
        assert store.flush() == 2
    assert store.record(ticket(3)).where == "database"
    assert (store.pending(), place.ids()) == (0, ["r-1", "r-2", "r-3"])


def test_an_outbox_that_fails_does_not_matter_while_the_database_works(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = place.store()
    monkeypatch.setattr(outbox_module, "_write", full)
    assert store.record(ticket(1)).where == "database"
    assert (store.pending(), place.ids()) == (0, ["r-1"])


def test_tables_of_a_newer_version_are_left_alone(place: Place) -> None:
    store = place.store()
    store.record(ticket(1))
    with place.engine().begin() as connection:
        connection.execute(sql.text("UPDATE meta SET value = '2'"))
    assert store.record(ticket(2)).where == "outbox"
    with pytest.raises(TicketError, match=r"version 2.*knows version 1.*[Uu]pdate"):
        place.store().tickets()
    assert place.ids() == ["r-1"]


def test_tables_that_were_half_made_are_completed(place: Place) -> None:
    with place.engine().begin() as connection:
        connection.execute(sql.text("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"))
    assert place.store().record(ticket(1)).where == "database"


def test_a_file_that_became_garbage_and_its_replacement(tmp_path: Path) -> None:
    place, file = on_sqlite(tmp_path), tmp_path / "tickets.db"
    store = place.store()
    store.record(ticket(1))
    file.write_bytes(b"not a database " * 1000)
    assert store.record(ticket(2)).where == "outbox"
    with pytest.raises(TicketError, match="move it away"):
        store.tickets()
    file.unlink()
    assert store.record(ticket(3)).where == "database"
    assert place.ids() == ["r-2", "r-3"]


def test_a_folder_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{(tmp_path / 'deep' / 'tickets.db').as_posix()}", tmp_path / "outbox")
    store = place.store()
    store.record(ticket(1))
    (tmp_path / "deep" / "tickets.db").unlink()
    (tmp_path / "deep").rmdir()
    assert store.record(ticket(2)).where == "database"
    assert place.ids() == ["r-2"]


def test_a_database_that_may_only_be_read(tmp_path: Path) -> None:
    place = on_sqlite(tmp_path)
    place.store().record(ticket(1))
    file = (tmp_path / "tickets.db").as_posix()
    store = TicketStore(f"sqlite:///file:{file}?mode=ro&uri=true", place.outbox)
    recorded = store.record(ticket(2))
    assert recorded.where == "outbox"
    assert "Allow writing" in recorded.reason
    assert [found.id for found in store.tickets()] == ["r-1"]
    with pytest.raises(TicketError, match="Allow writing"):
        store.close_ticket("r-1")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_only_the_owner_may_read_what_customers_wrote(tmp_path: Path) -> None:
    on_sqlite(tmp_path).store().record(ticket(1))
    for name in ("tickets.db", "outbox", "outbox.lock"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0, name


def test_errors_name_neither_the_question_nor_the_password(tmp_path: Path) -> None:
    store = TicketStore("postgresql+psycopg://me:geheim@127.0.0.1:1/x", tmp_path / "outbox", patience=0.1)
    said = store.record(ticket(question="my private words")).reason
    with pytest.raises(TicketError) as raised:
        store.tickets()
    assert "geheim" not in said + str(raised.value)
    assert "private" not in said + str(raised.value)
    assert "See that the server runs" in said


@pytest.mark.parametrize("url", ["mysql://me:geheim@host/x", "sqlite://", "sqlite:///:memory:", "tickets.db"])
def test_a_database_of_another_kind_is_an_error_that_says_what_to_name(url: str, tmp_path: Path) -> None:
    with pytest.raises(TicketError, match="postgresql\\+psycopg://") as raised:
        TicketStore(url, tmp_path / "outbox")
    assert "geheim" not in str(raised.value)


def test_a_missing_driver_is_an_error_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("GROUNDWORK_DATABASE", "postgresql://me@host/x")
    with pytest.raises(TicketError, match="pip install"):
        TicketStore(outbox=tmp_path / "outbox")


def test_a_store_that_keeps_nothing_loads_no_sqlalchemy(tmp_path: Path) -> None:
    source = """
        import sys
        from pathlib import Path
        from groundwork.assistant.tickets import TicketStore
        TicketStore(sys.argv[1], Path(sys.argv[2]))
        print("sqlalchemy" in sys.modules)
    """
    place = on_sqlite(tmp_path)
    assert finished(child(source, place.url, place.outbox)) == ["False"]
