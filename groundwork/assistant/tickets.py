"""Escalations as tickets: recorded exactly once, whatever fails.

`record` writes to a journal first (the outbox, see there), then moves what waits in it to the database. A ticket's id
is chosen by the caller and is the table's key, so that moving a ticket twice leaves one row: a crash at any moment can
repeat a step, but neither lose nor double a ticket. Only if database and journal fail at once is a ticket kept in
memory, until one of them works again.

SQLAlchemy is imported when a ticket is first moved (0.2 s): a question that is answered doesn't pay for it.
"""

import datetime
import importlib.util
import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from groundwork.assistant.outbox import Outbox
from groundwork.errors import GroundworkError
from groundwork.paths import BUILD

if TYPE_CHECKING:
    from groundwork.assistant.ticket_database import TicketDatabase

T = TypeVar("T")
Where = Literal["database", "outbox", "memory"]
VARIABLE = "GROUNDWORK_DATABASE"
PATIENCE = 1.0  # seconds to wait for a locked database
HINTS = {
    "locked": "Another program is writing to it; try again.",
    "lock timeout": "Another program is writing to it; try again.",
    "not a database": "The file is damaged; move it away, and a new one is made.",
    "malformed": "The file is damaged; move it away, and a new one is made.",
    "readonly": "Allow writing to the file and its folder.",
    "full": "Free some space on the disk.",
    "connection": f"See that the server runs and that {VARIABLE} names it.",
}


class TicketError(GroundworkError):
    """Tickets that cannot be read or kept as asked; says what to do. `TicketStore.record` never raises it."""


@dataclass(frozen=True)
class Ticket:
    """A question that a person must answer: who asked, what was found, and why that was not enough.

    `id` is the request's, made by the caller; `at` a UTC time; `found` JSON text, a list of {document, title, quote,
    score}. The question is kept as it was asked, with any personal data in it, since a person has to read it.
    """

    id: str
    at: datetime.datetime
    question: str
    customer: str | None = None
    region: str | None = None
    found: str = "[]"
    why: str = ""
    status: str = "open"


@dataclass(frozen=True)
class Recorded:
    """Where a ticket is now, and, if that is not the database, why."""

    where: Where
    reason: str = ""


class TicketStore:
    """Tickets in a database, with an outbox for the time when there is none. Threads and processes may share both.

    `url` is an SQLAlchemy URL, `GROUNDWORK_DATABASE`, or a SQLite file under `build/`; `outbox` the journal's path;
    `patience` the seconds to wait for a lock. Raises TicketError for a URL of another kind of database, or if the
    driver for PostgreSQL is missing. Opening reserves the outbox and moves what waits there; nothing else is touched.
    """

    def __init__(self, url: str | None = None, outbox: Path | None = None, patience: float = PATIENCE) -> None:
        self._url = checked(url or os.environ.get(VARIABLE) or f"sqlite:///{(BUILD / 'tickets.db').as_posix()}")
        self._outbox, self._patience = Outbox(outbox or BUILD / "tickets.outbox"), patience
        self._memory: list[Ticket] = []
        self._opened: TicketDatabase | None = None
        self._lock = threading.RLock()
        _attempt(self._outbox.reserve)
        if self.pending():
            self.flush()

    def record(self, ticket: Ticket) -> Recorded:
        """Keep a ticket, and say where it is. Never raises; the same id again changes nothing."""
        ticket = cleaned(ticket)
        with self._lock:
            self._memory.append(ticket)
            journal = self._save_memory()
            inserted, database = self._move()
            if ticket.id in inserted:
                return Recorded("database")
            return (
                Recorded("memory", f"{journal}; {database}") if ticket in self._memory else Recorded("outbox", database)
            )

    def flush(self) -> int:
        """Move what waits into the database, and return how many tickets still wait. Never raises."""
        with self._lock:
            self._save_memory()
            self._move()
            return self.pending()

    def pending(self) -> int:
        """How many tickets wait in the outbox or in memory. Never raises."""
        with self._lock:
            records, _ = _attempt(self._outbox.waiting)
            return len({record.text for record in records or []} | {to_text(ticket) for ticket in self._memory})

    def tickets(self, status: str | None = None) -> list[Ticket]:
        """The database's tickets, oldest first, all or those of a status. Raises TicketError if it can't be read."""
        return self._ask(lambda database: database.tickets(status))

    def get(self, ticket_id: str) -> Ticket | None:
        """One ticket, or None if the database has none of that id. Raises TicketError if it can't be read."""
        return self._ask(lambda database: database.get(clean(ticket_id)))

    def close_ticket(self, ticket_id: str) -> None:
        """Set a ticket's status to closed. Raises TicketError if there is none, or if the database can't be written."""
        if not self._ask(lambda database: database.set_status(clean(ticket_id), "closed")):
            raise TicketError(f"There is no ticket {ticket_id!r}; `tickets()` lists those that there are.")

    def _database(self) -> "TicketDatabase":
        from groundwork.assistant.ticket_database import TicketDatabase

        self._opened = self._opened or TicketDatabase(self._url, self._patience)
        return self._opened

    def _ask(self, question: "Callable[[TicketDatabase], T]") -> T:
        """What the database says, after what waits was moved there."""
        with self._lock:
            waiting = self.flush() if self.pending() else 0
            try:
                return question(self._database())
            except Exception as error:
                name = self._url if self._url.startswith("sqlite") else "PostgreSQL"
                kept = f" Tickets that wait in {self._outbox.path.name}: {waiting}." if waiting else ""
                raise TicketError(f"The tickets in {name} can't be used: {_reason(error)}{kept}") from error

    def _save_memory(self) -> str:
        """Write what is in memory to the journal, as much as it takes; "" or why some stays in memory."""
        reason = ""
        for ticket in tuple(self._memory):
            try:
                self._outbox.add(to_text(ticket))
                self._memory.remove(ticket)
            except TimeoutError as error:
                return _reason(error)
            except Exception as error:  # noqa: BLE001 - a smaller ticket may still find room
                reason = _reason(error)
        return reason

    def _move(self) -> tuple[set[str], str]:
        """Insert what waits, then strike it out: the ids that are in the database, and why others still wait."""
        records, unread = _attempt(self._outbox.waiting)
        read = [(record, from_text(record.text)) for record in records or []]
        tickets = [*(ticket for _, ticket in read if ticket), *self._memory]
        if not tickets:
            return set(), unread
        result, failed = _attempt(lambda: self._database().insert(tickets))
        inserted, refused = result or (set[str](), "")
        self._memory = [ticket for ticket in self._memory if ticket.id not in inserted]
        _attempt(lambda: self._outbox.done([record for record, ticket in read if ticket and ticket.id in inserted]))
        return inserted, failed or refused or unread


def checked(url: str) -> str:
    """The URL with the driver that we use. Raises TicketError if it names none, or the driver is not installed."""
    kind, _, rest = url.partition("://")
    if kind == "sqlite" and rest.strip("/") not in ("", ":memory:"):
        return url
    if kind not in ("postgres", "postgresql", "postgresql+psycopg"):
        shown = f"{kind}://…" if rest else "without ://"
        raise TicketError(
            f"{VARIABLE} names a database that tickets can't be kept in ({shown}). Use sqlite:///path/to/file.db or "
            "postgresql+psycopg://user@host/name."
        )
    if importlib.util.find_spec("psycopg") is None:
        raise TicketError('PostgreSQL needs a driver that is not installed: pip install "psycopg[binary]"')
    return f"postgresql+psycopg://{rest}"


def clean(text: str) -> str:
    """Text that both databases can hold: NUL and lone surrogates become U+FFFD."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", str(text))


def cleaned(ticket: Ticket) -> Ticket:
    """The ticket with text that both databases can hold and its time in UTC."""
    at = ticket.at if ticket.at.tzinfo else ticket.at.replace(tzinfo=datetime.UTC)
    try:
        at = at.astimezone(datetime.UTC)
    except OverflowError:  # the first or last day that there is
        at = at.replace(tzinfo=datetime.UTC)
    return replace(
        ticket, at=at, **{name: clean(value) for name, value in asdict(ticket).items() if value and name != "at"}
    )


def to_text(ticket: Ticket) -> str:
    """A ticket as a line of JSON, for the outbox."""
    return json.dumps({**asdict(ticket), "at": ticket.at.isoformat()})


def from_text(text: str) -> Ticket | None:
    """The ticket of a line from the outbox, or None if this version can't read it: then it waits for one that can."""
    try:
        row = json.loads(text)
        return Ticket(**{**row, "at": datetime.datetime.fromisoformat(row["at"])})
    except (ValueError, TypeError, KeyError):
        return None


def _reason(error: Exception) -> str:
    """What went wrong, and what to do where that is known; never a statement's parameters, nor a password."""
    if isinstance(error, GroundworkError):
        return str(error)
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split())
    hint = next((hint for word, hint in HINTS.items() if word in said.lower()), "")
    return f"{type(cause).__name__}: {said}. {hint}".strip()


def _attempt(call: Callable[[], T]) -> tuple[T | None, str]:
    """What the call returns and "", or None and why it failed."""
    try:
        return call(), ""
    except Exception as error:  # noqa: BLE001 - the promise: a ticket that can't be kept here is kept elsewhere
        return None, _reason(error)
