"""`World(folder)`: a built world, typed and validated, without pandas."""

import csv
import gzip
import hashlib
import io
import json
import sqlite3
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from groundwork.errors import GroundworkError
from groundwork.paths import DATASETS
from groundwork.shop.facts import Facts
from groundwork.shop.orders import dump
from groundwork.shop.pages import plain
from groundwork.shop.records import Attack, Customer, Evidence, Product, Question, Ticket

R = TypeVar("R", bound=BaseModel)


class WorldError(GroundworkError):
    """A folder that is no world, or one that was changed by hand."""


class World:
    """A world on disk. Each property reads its file once; `verify` compares every file with the manifest."""

    def __init__(self, folder: Path = DATASETS / "shop") -> None:
        self.folder = folder
        try:
            self.manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WorldError(f"{folder} is no shop ({error}). Make one with: python3 course.py shop --out …") from None

    @cached_property
    def facts(self) -> Facts:
        """The facts that everything was rendered from."""
        return Facts.draw(self.manifest["seed"])

    @cached_property
    def documents(self) -> dict[str, dict[str, str]]:
        """Metadata of every document by id: title, kind, audience, region, dates, version, path, sha256."""
        rows = (json.loads(line) for line in self._text("documents.jsonl").splitlines())
        return {row["id"]: row for row in rows}

    def text(self, document: str) -> str:
        """A document's plain source, in which evidence spans are positions. Raises KeyError for an unknown id."""
        path = self.documents[document]["path"]
        return plain(path, (self.folder / "documents" / path).read_bytes())

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every sentence that states a fact, with its place."""
        return self._records("evidence.jsonl", Evidence)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The catalogue."""
        return self._records("products.jsonl", Product)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The golden questions."""
        return self._records("questions.jsonl", Question)

    @cached_property
    def tickets(self) -> tuple[Ticket, ...]:
        """Customers' messages, oldest first."""
        return self._records("tickets.jsonl", Ticket)

    @cached_property
    def attacks(self) -> tuple[Attack, ...]:
        """Attacks and their benign look-alikes."""
        return self._records("attacks.jsonl", Attack)

    def connect(self) -> sqlite3.Connection:
        """The orders database, read only."""
        address = f"{(self.folder / 'shop.db').resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True)
        connection.row_factory = sqlite3.Row
        return connection

    def customer(self, customer: str) -> Customer:
        """A customer by id. Raises WorldError if there is none."""
        connection = self.connect()
        try:
            row = connection.execute("SELECT * FROM customers WHERE id = ?", (customer,)).fetchone()
        finally:
            connection.close()
        if row is None:
            raise WorldError(f"There is no customer {customer!r}; ids look like C0001.")
        return Customer.model_validate(dict(row))

    def table(self, name: str) -> list[dict[str, str]]:
        """`interactions` or `payments`, a dict a row."""
        return list(csv.DictReader(io.StringIO(self._unzipped(f"{name}.csv.gz"))))

    def verify(self) -> None:
        """Raise WorldError that names the first file that is missing or not what the manifest says, with its hash."""
        for name, expected in self.manifest["files"].items():
            try:
                found = self._hash(name)
            except (OSError, sqlite3.Error) as error:
                raise WorldError(f"{self.folder / name} cannot be read: {error}") from None
            if found != expected:
                raise WorldError(
                    f"{self.folder / name} was changed: its SHA-256 is {found}, expected {expected}. "
                    f"Make it anew with: python3 course.py shop --seed {self.manifest['seed']} --force --out …"
                )

    def _hash(self, name: str) -> str:
        if name.endswith(".db"):
            content = dump(self.folder / name).encode()
        else:
            content = self._unzipped(name).encode() if name.endswith(".gz") else (self.folder / name).read_bytes()
        return hashlib.sha256(content).hexdigest()

    def _unzipped(self, name: str) -> str:
        return gzip.decompress((self.folder / name).read_bytes()).decode("utf-8")

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def _records(self, name: str, kind: type[R]) -> tuple[R, ...]:
        return tuple(self._validated(name, kind))

    def _validated(self, name: str, kind: type[R]) -> Iterator[R]:
        for number, line in enumerate(self._text(name).splitlines(), start=1):
            try:
                yield kind.model_validate_json(line)
            except ValidationError as error:
                raise WorldError(f"{self.folder / name}, line {number}: {error}") from None
