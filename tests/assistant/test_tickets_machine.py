"""Any order of recording, failing, healing and crashing leaves each ticket once: a state machine on both engines."""

import errno
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
import sqlalchemy as sql
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from groundwork.assistant.tickets import TicketStore
from tests.assistant.places import Place, ticket

NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


class Desk(RuleBasedStateMachine):
    """`safe` must be in the database in the end, once each; `held` are in memory only, and die with the process.

    `noted` are those of the safe ones that stand in the outbox.
    """

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self.place = Place(self.url, Path(self.folder.name) / "outbox")
        with self.place.engine().begin() as connection:
            for table in ("tickets", "meta"):
                connection.execute(sql.text(f"DROP TABLE IF EXISTS {table}"))
        self.store = self.opened()
        self.store.record(ticket(0))
        self.safe, self.held = {"r-0"}, set[str]()
        self.noted = set[str]()
        self.database, self.journal = ExitStack(), ExitStack()
        self.locked = self.full = False

    def opened(self) -> TicketStore:
        return TicketStore(self.url, self.place.outbox, patience=0.02)

    def settle(self) -> None:
        if not self.full:
            self.noted = self.noted | self.held if self.locked else set()
        if not (self.locked and self.full):
            self.safe |= self.held
            self.held = set()

    @rule(number=st.integers(0, 30))
    def record(self, number: int) -> None:
        where = self.store.record(ticket(number)).where
        self.held.add(f"r-{number}")
        if not self.locked:
            assert where == "database"
        else:
            assert where == ("memory" if self.full and f"r-{number}" not in self.noted else "outbox")
        self.settle()

    @precondition(lambda self: not self.locked)
    @rule()
    def lock_the_database(self) -> None:
        self.database.enter_context(self.place.locked())
        self.locked = True

    @rule()
    def free_the_database(self) -> None:
        self.database.close()
        self.locked = False

    @precondition(lambda self: not self.full)
    @rule()
    def fill_the_disk(self) -> None:
        self.journal.enter_context(mock.patch("groundwork.assistant.outbox._write", side_effect=NO_SPACE))
        self.full = True

    @rule()
    def empty_the_disk(self) -> None:
        self.journal.close()
        self.full = False

    @rule()
    def flush(self) -> None:
        waiting = self.store.flush()
        assert self.locked or self.full or waiting == 0
        self.settle()

    @rule()
    def crash_and_start_again(self) -> None:
        self.store, self.held = self.opened(), set()
        self.settle()

    def teardown(self) -> None:
        self.free_the_database()
        self.empty_the_disk()
        self.flush()
        assert self.place.ids() == sorted(self.safe)
        self.folder.cleanup()


@pytest.mark.slow
def test_any_order_of_failures_leaves_each_ticket_once(place: Place) -> None:
    machine = type("DeskHere", (Desk,), {"url": place.url})
    cases = 60 if place.url.startswith("sqlite") else 20
    limits = settings(
        max_examples=cases, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=limits)
