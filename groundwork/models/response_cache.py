"""Answers of chat models that were already computed, by the hash of model and request: one SQLite file per user.

A cache only saves time: whatever is wrong with it (read-only, full, damaged, locked for long) is the same as a miss.
A damaged file is removed and begun anew. Requests are not stored, only their hashes.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from groundwork.paths import cache_dir

LIMIT = 20_000  # answers; the oldest go first
BUSY_SECONDS = 2.0
DAMAGE = ("not a database", "malformed", "no such column", "has no column")  # what SQLite says of a broken file


def request_key(model: str, request: dict[str, Any]) -> str:
    """Return the key of a request: SHA-256 over the model's identity (its hash) and every field of the request."""
    text = json.dumps([model, request], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class ResponseCache:
    """A table of key -> answer (any JSON object). Safe for many processes and threads; a broken file raises nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or cache_dir() / "responses.sqlite"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the stored answer, or None if there is none that is whole."""
        try:
            if not self.path.exists():
                return None
            with self._open() as database:
                found = database.execute("SELECT answer, check_sum FROM answers WHERE request = ?", (key,)).fetchone()
            if not found or _check_sum(key, found[0]) != found[1]:
                return None
            answer = json.loads(found[0])
            return answer if isinstance(answer, dict) else None
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            self._heal(error)
            return None

    def put(self, key: str, answer: dict[str, Any]) -> None:
        """Store an answer; does nothing if that is impossible."""
        text = json.dumps(answer, ensure_ascii=True)
        for _ in range(2):  # the second time after a damaged file was removed
            try:
                self._store(key, text)
                return
            except (sqlite3.Error, OSError, ValueError) as error:
                if not self._heal(error):
                    return

    def clear(self) -> None:
        """Forget all answers."""
        with suppress(OSError):
            self._remove()

    def _store(self, key: str, text: str) -> None:
        if not self.path.exists():
            self._create()
        with self._open() as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, answer TEXT, check_sum TEXT)"
            )
            database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, text, _check_sum(key, text)))
            last = database.execute("SELECT max(rowid) FROM answers").fetchone()[0]
            database.execute("DELETE FROM answers WHERE rowid <= ?", (last - LIMIT,))

    def _create(self) -> None:
        """Make the file readable by this user only; SQLite gives its side files the same mode."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection of its own for every use (0.2 ms), so that threads and forked processes share none."""
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            yield database

    def _heal(self, error: Exception) -> bool:
        """Remove the file if the error says that it is damaged; say whether it was."""
        damaged = any(sign in str(error) for sign in DAMAGE)
        if damaged:
            self.clear()
        return damaged and not self.path.exists()

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)


def _check_sum(key: str, text: str) -> str:
    """Return what tells a whole answer from one that a damaged disk page has changed."""
    return hashlib.sha256(f"{key}{text}".encode()).hexdigest()[:16]
