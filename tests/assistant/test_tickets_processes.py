"""Tickets from several processes, some of which are killed, and on a disk that is really full."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.assistant.places import Place, child, finished, on_sqlite, ticket

WRITER = """
    import datetime, os, sys
    from pathlib import Path
    from groundwork.assistant.tickets import Ticket, TicketStore
    name, url, outbox, count = sys.argv[1:5]
    store = TicketStore(url, Path(outbox), float(sys.argv[5]))
    for number in range(int(count)):
        recorded = store.record(Ticket(f"{name}-{number}", datetime.datetime.now(datetime.UTC), "Why? " * 20))
        print(f"{name}-{number}", recorded.where, flush=True)
"""


def test_two_processes_record_at_once(place: Place) -> None:
    processes = [child(WRITER, name, place.url, place.outbox, 25, 0.3) for name in ("a", "b")]
    lines = [line for process in processes for line in finished(process)]
    assert not [line for line in lines if line.endswith("memory")]
    assert place.store().pending() == 0
    assert place.ids() == sorted(f"{name}-{number}" for name in ("a", "b") for number in range(25))


KILLED = """
    import os, signal, sys
    from groundwork.assistant.ticket_database import TicketDatabase
    real = TicketDatabase._insert
    def killed(self, tickets):
        if sys.argv[6] == "after":
            real(self, tickets)
        os.kill(os.getpid(), signal.SIGKILL)
    TicketDatabase._insert = killed
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL and no limits for a process")


@posix
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_between_outbox_and_database(place: Place, moment: str) -> None:
    place.store().record(ticket(1))
    process = child(KILLED + WRITER, "killed", place.url, place.outbox, 1, 1.0, moment)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert place.store().pending() == 0
    assert place.ids() == ["killed-0", "r-1"]


@posix
@pytest.mark.slow
def test_killed_at_any_moment_loses_nothing_that_was_acknowledged(place: Place) -> None:
    acknowledged = []
    for run, delay in enumerate((0.0, 0.011, 0.037, 0.083, 0.201)):
        process = child(WRITER, f"run{run}", place.url, place.outbox, 10_000, 1.0)
        first = process.stdout.readline()
        time.sleep(delay)
        process.kill()
        with process:  # not communicate(): it would skip what readline() has read ahead
            rest = process.stdout.read()
        acknowledged += [line.split()[0] for line in (first + rest).splitlines() if len(line.split()) == 2]
    store = place.store()
    ids = [found.id for found in store.tickets()]
    assert store.pending() == 0
    assert len(acknowledged) >= 5
    assert set(acknowledged) <= set(ids)
    assert len(ids) == len(set(ids)) <= len(acknowledged) + 5  # at most the one that each run was killed in


LIMITED = """
    import datetime, resource, sys
    from pathlib import Path
    from groundwork.assistant.tickets import Ticket, TicketStore
    url, outbox, file = sys.argv[1:4]
    store = TicketStore(url, Path(outbox))
    now = datetime.datetime.now(datetime.UTC)
    store.record(Ticket("first", now, "?"))
    none = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(file).stat().st_size, none[1]))
    for number in range(60):
        print(store.record(Ticket(f"t{number}", now, "Why? " * 200)).where)
    if sys.argv[4] == "heal":
        resource.setrlimit(resource.RLIMIT_FSIZE, none)
        print(store.flush())
"""


@posix
@pytest.mark.slow
@pytest.mark.parametrize("then", ["heal", "end"])
def test_a_disk_that_is_really_full(tmp_path: Path, then: str) -> None:
    place = on_sqlite(tmp_path)
    *where, last = finished(child(LIMITED, place.url, place.outbox, tmp_path / "tickets.db", then))
    if then == "heal":
        assert last == "0"
        assert len(where) == 60
        expected = {f"t{number}" for number in range(60)}
    else:
        where.append(last)
        expected = {f"t{number}" for number, kept in enumerate(where) if kept != "memory"}
    assert {"outbox", "memory"} <= set(where)
    assert place.store().pending() == 0
    assert set(place.ids()) == {"first", *expected}
