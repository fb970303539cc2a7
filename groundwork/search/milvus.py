"""Vectors in Milvus: the store for a corpus that one machine no longer holds (`GROUNDWORK_VECTORS=http://host:19530`).

Filters are evaluated inside Milvus before scoring. A path that ends in `.db` opens Milvus Lite in this process: the
same protocol on a small engine in Python over FAISS, for tests and trials, not a measure of what a cluster can do.
"""

import datetime
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np

from groundwork.errors import GroundworkError
from groundwork.search.vector_store import Entry, Filter, Found, matched
from groundwork.search.vectors import Floats, VectorError, checked

VARIABLE = "GROUNDWORK_VECTORS"
COLLECTION = "groundwork"
BATCH = 500  # vectors a request, far below the 64 MB that a server takes
MOST = 16_384  # hits that Milvus returns at most
LONGEST = 512  # characters of an identifier as it is stored
TIMEOUT = 20.0  # seconds a request
EVER = datetime.date.max.toordinal()
IndexType = Literal["FLAT", "HNSW", "AUTOINDEX"]
PARAMETERS: dict[str, dict[str, int]] = {"FLAT": {}, "HNSW": {"M": 32, "efConstruction": 100}, "AUTOINDEX": {}}
PLAIN = re.compile(r"[A-Za-z0-9._:/-]+", re.ASCII)


class VectorStoreError(GroundworkError):
    """A vector server that cannot be reached or does not do what was asked; names it without credentials."""


class MilvusStore:
    """A VectorStore in one collection of a Milvus server."""

    def __init__(
        self,
        url: str,
        collection: str = COLLECTION,
        *,
        dimensions: int = 384,
        index: IndexType = "HNSW",
        timeout: float = TIMEOUT,
    ) -> None:
        """Connect, and make the collection if it is missing.

        `url` is http://host:port, https://user:password@host:port, or a path ending in .db. Raises VectorStoreError if
        pymilvus is missing, nothing answers, or the collection holds vectors of other dimensions.
        """
        self.shown, self._secrets = without_credentials(url)
        self._name, self._d, self._timeout, self._local = collection, dimensions, timeout, url.endswith(".db")
        with self._translated("connect"):
            self._client = client_of(url, timeout)
        if not self._ask("has_collection"):
            self._create(index)
        fields = self._ask("describe_collection")["fields"]
        stored = next((field["params"]["dim"] for field in fields if field["name"] == "vector"), None)
        if stored is None or int(stored) != dimensions:
            raise VectorStoreError(
                f"The collection {collection!r} at {self.shown} holds vectors of {stored} dimensions, "
                f"not {dimensions}; use another collection, or drop it."
            )
        self._ask("load_collection")

    def __len__(self) -> int:
        return int(self._ask("query", filter="", output_fields=["count(*)"])[0]["count(*)"])

    def put(self, entries: Sequence[Entry], vectors: Floats) -> None:
        """Store vectors for their entries, in batches; see VectorStore.

        Each document's new parts overwrite the old ones before surplus ones go: a search meanwhile may see both, and
        a call that was cut off is completed by making it again.
        """
        matched(entries, vectors)
        rows = [row_of(entry, vector) for entry, vector in zip(entries, checked(vectors, self._d), strict=True)]
        for start in range(0, len(rows), BATCH):
            self._ask("upsert", rows[start : start + BATCH])
        parts: dict[str, list[int]] = {}
        for entry in entries:
            parts.setdefault(entry.document, []).append(entry.part)
        for document, kept in parts.items():
            self._ask("delete", filter=f'document == "{coded(document)}" and part not in {sorted(kept)}')
        if self._local and rows:  # a cluster seals its segments when it sees fit; Lite scans row by row until then
            self._ask("flush")

    def delete(self, document: str) -> None:
        """Take out a document's vectors; one that is not there is no error."""
        self._ask("delete", filter=f'document == "{coded(document)}"')

    def search(self, queries: Floats, k: int, where: Filter) -> list[list[Found]]:
        """The k best allowed passages for each query (m, d), best first; see VectorStore.

        Raises VectorError for k < 1 or queries that do not fit, VectorStoreError if Milvus does not answer, or for
        more hits than it gives.
        """
        queries = checked(queries, self._d)
        if k < 1:
            raise VectorError(f"A search returns at least one hit, not {k}.")
        if k > MOST and (k := min(k, len(self))) > MOST:
            raise VectorStoreError(f"Milvus returns at most {MOST:,} hits, not {k:,}.")
        if not len(queries) or not where.audiences or not k:
            return [[] for _ in queries]
        found = self._ask(
            "search",
            data=list(queries),
            filter=expression(where),
            limit=k,
            output_fields=["document", "part"],
            search_params={"metric_type": "IP", "params": {"ef": max(64, k)}},
            consistency_level="Session",  # what this client has put, it finds
        )
        return [[found_of(hit) for hit in hits] for hits in found]

    def drop(self) -> None:
        """Remove the collection with everything in it."""
        self._ask("drop_collection")

    def close(self) -> None:
        """Close the connection; an embedded server ends with its process."""
        self._client.close()

    def _create(self, index: IndexType) -> None:
        """Make the collection: scalar fields for the filters, one vector field."""
        from pymilvus import DataType, MilvusClient  # type: ignore[import-not-found,import-untyped,unused-ignore]

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=LONGEST + 16)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._d)
        for name in ("document", "audience", "region"):
            schema.add_field(name, DataType.VARCHAR, max_length=LONGEST)
        for name in ("part", "since", "until"):
            schema.add_field(name, DataType.INT64)
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index("vector", index_type=index, metric_type="IP", params=PARAMETERS[index])
        self._ask("create_collection", schema=schema, index_params=indexes)

    def _ask(self, method: str, *values: object, **named: object) -> Any:
        """Call a method of the client on our collection."""
        with self._translated(method.replace("_", " ")):
            return getattr(self._client, method)(self._name, *values, timeout=self._timeout, **named)

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Whatever goes wrong inside becomes a VectorStoreError without credentials."""
        try:
            yield
        except GroundworkError:
            raise
        except Exception as error:  # noqa: BLE001 - pymilvus raises its own, grpc's, OSError and bare Exception
            reason = " ".join(str(getattr(error, "message", error)).split())[:300]
            for secret in self._secrets:
                reason = reason.replace(secret, "***")
            raise VectorStoreError(
                f"The vector server {self.shown} failed to {what}: {reason}. "
                f"Check {VARIABLE}, or unset it to search on this machine."
            ) from None


def from_environment(collection: str, dimensions: int) -> MilvusStore | None:
    """The store that GROUNDWORK_VECTORS names; None where it is not set."""
    url = os.environ.get(VARIABLE, "").strip()
    return MilvusStore(url, collection, dimensions=dimensions) if url else None


def client_of(url: str, timeout: float) -> Any:
    """A pymilvus client. Raises VectorStoreError if the package is missing, or the address is none."""
    if not url.endswith(".db") and urlsplit(url).scheme not in ("http", "https", "tcp"):
        raise VectorStoreError(f"{VARIABLE} must be http://host:port or a path ending in .db.")
    try:
        from pymilvus import MilvusClient
    except ImportError:
        raise VectorStoreError(
            "Vectors in Milvus need pymilvus: python3 course.py test installs it, or in this environment "
            "python -m pip install --require-hashes --no-deps -r env/cluster.lock"
        ) from None
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)  # it prints each error with its traceback
    return MilvusClient(url, timeout=timeout)


def without_credentials(url: str) -> tuple[str, list[str]]:
    """The address as it may be shown, and the secrets that it holds, longest first."""
    if "://" not in url:
        return url, []
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    credentials = parts.netloc.rpartition("@")[0]
    secrets = [url, parts.netloc, credentials, *credentials.split(":", 1)] if credentials else []
    secrets += [parts.query] if parts.query else []
    return f"{parts.scheme}://{parts.hostname or ''}{port}", [secret for secret in secrets if secret]


def coded(value: str) -> str:
    """An identifier of letters, digits and `._:/-` as it is; any other as `~` and its UTF-8 in hex.

    No quote and no backslash is left, so a value can never end the literal that it stands in; different values stay
    different. Raises VectorError if it is too long.

    >>> coded("returns-policy"), coded('x" or 1')
    ('returns-policy', '~7822206f722031')
    """
    text = value if PLAIN.fullmatch(value) else "~" + value.encode("utf-8", "surrogatepass").hex()
    if len(text) > LONGEST:
        raise VectorError(f"The identifier {value[:40]!r}… has {len(value)} characters; shorten it.")
    return text


def decoded(text: str) -> str:
    """What `coded` was given."""
    return bytes.fromhex(text[1:]).decode("utf-8", "surrogatepass") if text.startswith("~") else text


def expression(where: Filter) -> str:
    """A filter in Milvus's language; see `Filter.allows` for what it means."""
    parts = [f"audience in [{quoted(sorted(where.audiences))}]"]
    if where.region is not None:
        parts.append(f"region in [{quoted(sorted({'all', where.region}))}]")
    if where.date is not None:
        parts.append(f"since <= {where.date.toordinal()} and until >= {where.date.toordinal()}")
    return " and ".join(parts)


def quoted(values: Sequence[str]) -> str:
    """Literals, comma-separated."""
    return ", ".join(f'"{coded(value)}"' for value in values)


def row_of(entry: Entry, vector: Floats) -> dict[str, object]:
    """An entry and its vector (d,) as a row of the collection."""
    document = coded(entry.document)
    return {
        "id": f"{document}#{entry.part}",
        "vector": vector,
        "document": document,
        "part": entry.part,
        "audience": coded(entry.audience),
        "region": coded(entry.region),
        "since": entry.since.toordinal() if entry.since else 0,
        "until": entry.until.toordinal() if entry.until else EVER,
    }


def found_of(hit: Any) -> Found:
    """A hit of pymilvus."""
    entity = hit["entity"]
    return Found(decoded(entity["document"]), int(entity["part"]), float(np.float32(hit["distance"])))
