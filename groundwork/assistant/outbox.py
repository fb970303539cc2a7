"""A journal that takes records even when the disk is full: its space is reserved beforehand and written in place.

A record is `GWT1`, length, checksum, state and text. A record that is cut off by a crash fails its checksum, so reading
passes it, and the next one is written over it: it was never acknowledged. A record that is done has one byte
changed; when all are done, writing starts at the front again. So nothing that still waits is ever rewritten. A record
may come back after a crash (its `done` was not on the disk yet), never be lost: whoever empties the journal must be
able to take the same record twice.

A file system that never writes in place (btrfs, ZFS) can refuse even so; then `add` raises OSError.
"""

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

RESERVED = 1_000_000  # bytes: about a thousand tickets
PATIENCE = 2.0  # seconds to wait for another process that is writing
HEAD = struct.Struct(">4sIIc")  # magic, length of the text in bytes, CRC-32, state
MAGIC, WAITING, DONE = b"GWT1", b"W", b"D"
END = bytes(HEAD.size)


@dataclass(frozen=True)
class Record:
    """One record: where it begins in the file, in bytes, and what it says."""

    offset: int
    text: str


class Outbox:
    """The journal at `path`. Threads and processes may share it. Every method raises OSError where the disk fails."""

    def __init__(self, path: Path, reserved: int = RESERVED) -> None:
        self.path, self.reserved = path, reserved
        self._lock = threading.RLock()

    def reserve(self) -> None:
        """Take the journal's space on the disk now, while there is some."""
        with self._opened() as file:
            missing = self.reserved - file.seek(0, os.SEEK_END)
            if missing > 0:
                _write(file, file.tell(), bytes(missing))

    def add(self, text: str) -> None:
        """Append a record; it is on the disk when this returns. One that waits already is not written again.

        Beyond the reserved space the file grows.
        """
        content = text.encode("utf-8")
        record = HEAD.pack(MAGIC, len(content), _checksum(content), WAITING) + content
        with self._opened() as file:
            records, end = _scan(file)
            waiting = {found.text for state, found in records if state == WAITING}
            if text not in waiting:
                _write(file, end if waiting else 0, record + END)

    def waiting(self) -> list[Record]:
        """The records that are not done, oldest first."""
        if not self.path.exists():
            return []
        with self._opened() as file:
            return [record for state, record in _scan(file)[0] if state == WAITING]

    def done(self, records: list[Record]) -> None:
        """Mark records as done, those that still stand where they stood; space is used again once all are."""
        wanted = set(records)
        with self._opened() as file:
            for state, record in _scan(file)[0]:
                if state == WAITING and record in wanted:
                    _write(file, record.offset + HEAD.size - 1, DONE, safe=False)
            if all(state == DONE for state, _ in _scan(file)[0]) and file.seek(0, os.SEEK_END) > self.reserved:
                file.truncate(self.reserved)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        name = self.path.with_name(self.path.name + ".lock")
        # One FileLock for each use: an object that lasts would count this process's threads, not shut them out.
        try:
            with self._lock, FileLock(name, timeout=PATIENCE, mode=0o600, is_singleton=False):
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
                with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123 - only open() takes a descriptor
                    yield file
        except Timeout as error:
            raise TimeoutError(f"another process has kept {name.name} for more than {PATIENCE:g} s") from error


def _write(file: BinaryIO, offset: int, content: bytes, safe: bool = True) -> None:
    """Write all of it at `offset`; if `safe`, return only when it is on the disk."""
    file.seek(offset)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
    if safe:
        os.fsync(file.fileno())


def _checksum(content: bytes) -> int:
    """CRC-32 of length and text: of the text alone it would be 0 for none, as if the disk had only zeros there."""
    return zlib.crc32(len(content).to_bytes(4, "big") + content)


def _scan(file: BinaryIO) -> tuple[list[tuple[bytes, Record]], int]:
    """Every whole record with its state, and where the next one goes, in bytes. What is damaged is stepped over."""
    file.seek(0)
    content, offset, end, found = file.read(), 0, 0, []
    while len(head := content[offset : offset + HEAD.size]) == HEAD.size and head != END:
        magic, length, checksum, state = HEAD.unpack(head)
        text = content[offset + HEAD.size : offset + HEAD.size + length]
        if magic == MAGIC and len(text) == length and _checksum(text) == checksum:
            found.append((DONE if state == DONE else WAITING, Record(offset, text.decode("utf-8"))))
            offset = end = offset + HEAD.size + length
        elif (offset := content.find(MAGIC, offset + 1)) < 0:
            break
    return found, end
