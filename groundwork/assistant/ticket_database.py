"""The tickets' table, the same on SQLite and PostgreSQL (SQLAlchemy Core). `TicketStore` is what others use.

A connection is made for each use and closed after it: a database that was moved, restarted or restored in between is
seen as it is now, never through an open file that no folder holds any more.
"""

import datetime
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from groundwork.assistant.tickets import Ticket, TicketError

VERSION = 1  # of the tables; a change of them adds a step that brings an older database up
METADATA = sql.MetaData()
META = sql.Table(
    "meta",
    METADATA,
    sql.Column("key", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)
TICKETS = sql.Table(
    "tickets",
    METADATA,
    sql.Column("id", sql.Text, primary_key=True),
    sql.Column("at", sql.DateTime(timezone=True), nullable=False),
    sql.Column("question", sql.Text, nullable=False),
    sql.Column("customer", sql.Text),
    sql.Column("region", sql.Text),
    sql.Column("found", sql.Text, nullable=False),
    sql.Column("why", sql.Text, nullable=False),
    sql.Column("status", sql.Text, nullable=False),
)
MAKING = 7_201_604  # PostgreSQL's advisory lock while the tables are made


class TicketDatabase:
    """The table behind a URL. Methods raise what the driver raises, and TicketError for a newer version's tables."""

    def __init__(self, url: str, patience: float) -> None:
        place = sql.make_url(url)
        self._postgres = place.get_backend_name() == "postgresql"
        self._file = Path(place.database) if place.database and not self._postgres and not place.query else None
        options: dict[str, object] = {"timeout": patience}
        if self._postgres:
            limit = math.ceil(1000 * patience)
            settings = f"-c timezone=UTC -c lock_timeout={limit} -c statement_timeout={limit + 4000}"
            options = {"connect_timeout": max(2, math.ceil(patience)), "options": settings}
        self._engine = sql.create_engine(place, poolclass=NullPool, hide_parameters=True, connect_args=options)

    def insert(self, tickets: Sequence[Ticket]) -> tuple[set[str], str]:
        """Insert those that are not there yet: the ids that are there now, and what was said of one that was refused.

        Raises what the driver raises if the database can take none.
        """
        try:
            self._insert(tickets)
            return {ticket.id for ticket in tickets}, ""
        except (OperationalError, InterfaceError, TicketError, OSError):
            raise
        except Exception as error:  # one that the database refuses must not hold up the others
            if len(tickets) == 1:
                raise
            inserted, reason = set(), str(getattr(error, "orig", error))
            for ticket in tickets:
                try:
                    self._insert([ticket])
                    inserted.add(ticket.id)
                except DBAPIError as refused:
                    reason = str(refused.orig)
            return inserted, reason

    def tickets(self, status: str | None) -> list[Ticket]:
        """All tickets, or those of a status, oldest first."""
        wanted = sql.select(TICKETS).order_by(TICKETS.c.at, TICKETS.c.id)
        if status is not None:
            wanted = wanted.where(TICKETS.c.status == status)
        with self._connected() as connection:
            return [_ticket(row) for row in connection.execute(wanted)]

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket of that id, or None."""
        with self._connected() as connection:
            row = connection.execute(sql.select(TICKETS).where(TICKETS.c.id == ticket_id)).first()
            return None if row is None else _ticket(row)

    def set_status(self, ticket_id: str, status: str) -> bool:
        """Change a ticket's status; False if there is none of that id."""
        with self._connected() as connection:
            changed = connection.execute(sql.update(TICKETS).where(TICKETS.c.id == ticket_id).values(status=status))
            return changed.rowcount > 0

    def _insert(self, tickets: Sequence[Ticket]) -> None:
        with self._connected() as connection:
            connection.execute(self._unless_there(TICKETS), [asdict(ticket) for ticket in tickets])

    def _unless_there(self, table: sql.Table) -> sql.Insert:
        if self._postgres:
            return postgresql.insert(table).on_conflict_do_nothing()
        return sqlite.insert(table).on_conflict_do_nothing()

    @contextmanager
    def _connected(self) -> Iterator[sql.Connection]:
        """A transaction on tables that are there and of our version."""
        if self._file is not None and not self._file.exists():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))  # customers' words: for the owner only
        with self._engine.begin() as connection:
            found = _version(connection) or self._make(connection)
            if found != str(VERSION):
                raise TicketError(
                    f"The tickets' tables are of version {found}, and this program knows version {VERSION}. "
                    "Update the program (git pull), or name another database in GROUNDWORK_DATABASE."
                )
            yield connection

    def _make(self, connection: sql.Connection) -> str:
        if self._postgres:
            connection.execute(sql.select(sql.func.pg_advisory_xact_lock(MAKING)))
        for table in (TICKETS, META):  # meta last: who sees it, sees the tickets' table too
            connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(self._unless_there(META), {"key": "version", "value": str(VERSION)})
        return str(VERSION)


def _version(connection: sql.Connection) -> str | None:
    """The version of the tables; None if there are none, or if making them was interrupted."""
    if not sql.inspect(connection).has_table(META.name):
        return None
    return connection.execute(sql.select(META.c.value).where(META.c.key == "version")).scalar_one_or_none()


def _ticket(row: sql.Row[tuple[object, ...]]) -> Ticket:
    values = dict(row._mapping)
    at: datetime.datetime = values["at"]
    return Ticket(**{**values, "at": at if at.tzinfo else at.replace(tzinfo=datetime.UTC)})
