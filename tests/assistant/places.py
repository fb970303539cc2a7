"""What the tests of tickets share: a ticket, and a database with an outbox of a test's own, on both engines."""

import datetime
import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sql

from groundwork.assistant.tickets import Ticket, TicketStore
from groundwork.paths import ROOT

AT = datetime.datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=datetime.UTC)
FOUND = json.dumps([{"document": "returns", "title": "Returns", "quote": "within 45 days", "score": 0.4}])


def ticket(number: int | str = 1, **changes: object) -> Ticket:
    made = Ticket(f"r-{number}", AT, "Can I return a used stove?", "C0001", "uk", FOUND, "No document states it.")
    return replace(made, **changes)


@dataclass(frozen=True)
class Place:
    """A database and an outbox of a test's own."""

    url: str
    outbox: Path

    def store(self, patience: float = 1.0) -> TicketStore:
        return TicketStore(self.url, self.outbox, patience)

    def engine(self) -> sql.Engine:
        return sql.create_engine(self.url, poolclass=sql.NullPool)

    def ids(self) -> list[str]:
        """The table's ids as another program sees them."""
        with self.engine().connect() as connection:
            return sorted(connection.execute(sql.text("SELECT id FROM tickets")).scalars())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another connection has the tickets' table for itself."""
        if self.url.startswith("sqlite"):
            other = sqlite3.connect(sql.make_url(self.url).database, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            try:
                yield
            finally:
                other.close()
        else:
            with self.engine().begin() as connection:
                connection.execute(sql.text("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE"))
                yield


def on_sqlite(folder: Path) -> Place:
    return Place(f"sqlite:///{(folder / 'tickets.db').as_posix()}", folder / "outbox")


def child(source: str, *arguments: object) -> subprocess.Popen[str]:
    code = [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)]
    return subprocess.Popen(code, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.splitlines()
