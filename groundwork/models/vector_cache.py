"""Vectors on disk, so that the same text is embedded once per machine and not once per run.

A SQLite file in WAL mode: many processes may read and write at once, and a process that is killed leaves either a
whole vector or none. A cache must never be the reason why an answer fails: what is damaged is thrown away and computed
again, what cannot be written is not kept, and one warning says so. Keys are hashes; the text itself is not stored, but
note that a vector gives away roughly what its text was about. `clear()` empties it; deleting the file is fine, too.
"""

import sqlite3
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Result = TypeVar("Result")

LIMIT = 200_000  # vectors kept, the newest; about 350 MB at 384 dimensions
BATCH = 500  # keys of one SELECT; SQLite allowed 999 parameters before 3.32
PATIENCE = 2.0  # seconds to wait for another process that is writing


class VectorCache:
    """float32 vectors of one length by key. Every method may be called from several threads and processes.

    >>> cache = VectorCache(Path("vectors.sqlite"), dimensions=2)
    >>> cache.put_many({b"a": np.array([1, 0])})
    >>> cache.get_many([b"a", b"b"])
    {b'a': array([1., 0.], dtype=float32)}
    """

    def __init__(self, path: Path, dimensions: int, limit: int = LIMIT) -> None:
        self.path, self.dimensions, self.limit = path, dimensions, limit
        self._warned = False

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        """Return the vectors that are there and whole, by key."""
        if not keys or not self.path.exists():
            return {}
        return self._attempt(lambda: self._read(keys), {})

    def put_many(self, vectors: Mapping[bytes, NDArray[np.floating]]) -> None:
        """Keep vectors, all of them or none; a key that is there already keeps its vector."""
        if vectors:
            rows = [(key, self._pack(vector)) for key, vector in vectors.items()]
            self._attempt(lambda: self._write(rows), None)

    def clear(self) -> None:
        """Forget everything."""
        for suffix in ("-wal", "-shm", ""):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _pack(self, vector: NDArray[np.floating]) -> bytes:
        if vector.shape != (self.dimensions,):
            raise ValueError(f"This cache keeps vectors of shape ({self.dimensions},), not {vector.shape}.")
        content = vector.astype("<f4").tobytes()
        return content + zlib.crc32(content).to_bytes(4, "little")

    def _unpack(self, stored: object) -> Floats | None:
        """Return the vector, or None if a bit of it has changed since it was stored."""
        if not isinstance(stored, bytes) or len(stored) != 4 * self.dimensions + 4:
            return None
        content, check = stored[:-4], stored[-4:]
        whole = zlib.crc32(content).to_bytes(4, "little") == check
        return np.frombuffer(content, "<f4").astype(np.float32) if whole else None

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        found = {}
        with self._connection() as connection:
            for start in range(0, len(keys), BATCH):
                some = keys[start : start + BATCH]
                marks = ",".join("?" * len(some))
                for key, stored in connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                    if (vector := self._unpack(stored)) is not None:
                        found[key] = vector
        return found

    def _write(self, rows: list[tuple[bytes, bytes]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO vectors (key, vector) VALUES (?, ?)", rows)
            # `number` grows with every insert, so the oldest go first, without counting a large table.
            oldest_kept = "(SELECT max(number) FROM vectors) - ?"
            connection.execute(f"DELETE FROM vectors WHERE number <= {oldest_kept}", [self.limit])

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one call: nothing is shared with a forked or another thread's use of it."""
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            exists = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone()
            if not exists:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS vectors (number INTEGER PRIMARY KEY, key BLOB UNIQUE, vector BLOB)"
                )
            yield connection

    def _attempt(self, action: Callable[[], Result], otherwise: Result) -> Result:
        """Run `action`; on a damaged file start a new one, on any other trouble go on without the cache."""
        try:
            try:
                return action()
            except sqlite3.OperationalError:  # locked for too long, read-only, disk full: the file itself is good
                raise
            except sqlite3.DatabaseError as error:
                self._warn(f"is damaged ({error}); starting a new one")
                self.clear()
                return action()
        except (sqlite3.Error, OSError) as error:
            self._warn(f"can't be used ({error}); vectors are computed again each time")
            return otherwise

    def _warn(self, trouble: str) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(f"The cache of vectors {self.path} {trouble}.", RuntimeWarning, stacklevel=5)
