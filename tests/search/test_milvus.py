"""The same promises for vectors kept here, over every kind of FAISS index, and in Milvus (its embedded form)."""

import datetime
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.search import milvus
from groundwork.search.milvus import MilvusStore, VectorStoreError, coded, decoded, expression, without_credentials
from groundwork.search.vector_store import Entry, Filter, Found, LocalStore, VectorStore
from groundwork.search.vectors import KINDS, Floats, VectorError

HERE = importlib.util.find_spec("pymilvus") and importlib.util.find_spec("milvus_lite")
needs_milvus = pytest.mark.skipif(not HERE, reason="pymilvus is in env/cluster.lock, which `course.py test` installs")
D, N = 32, 600
EVERYONE = Filter(frozenset({"public", "staff"}))
SPRING, SUMMER = datetime.date(2026, 3, 1), datetime.date(2026, 7, 1)


def made(n: int, seed: int) -> Floats:
    topics = np.random.default_rng(0).standard_normal((20, D))
    draw = np.random.default_rng(seed)
    vectors = topics[draw.integers(len(topics), size=n)] + 0.6 * draw.standard_normal((n, D))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def entry(row: int) -> Entry:
    """Documents of three passages; one in four for staff, one in five for a region only, one in six not for ever."""
    document = row // 3
    audience = "staff" if document % 4 == 0 else "public"
    region = "eu" if document % 5 == 0 else "uk" if document % 5 == 1 else "all"
    since = SUMMER if document % 6 == 0 else None
    until = SPRING if document % 6 == 1 else None
    return Entry(f"doc-{document}", row % 3, audience, region, since, until)


ENTRIES, VECTORS, QUERIES = [entry(row) for row in range(N)], made(N, 1), made(8, 2)
FILTERS = {
    "everyone": EVERYONE,
    "customers": Filter(frozenset({"public"})),
    "staff in the EU": Filter(frozenset({"staff"}), region="eu"),
    "customers in the UK on a last day": Filter(frozenset({"public"}), region="uk", date=SPRING),
    "on a first day": Filter(EVERYONE.audiences, date=SUMMER),
    "elsewhere, a day too late": Filter(EVERYONE.audiences, region="mars", date=SPRING + datetime.timedelta(1)),
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("milvus")


def fresh(kind: str, folder: Path, name: str) -> VectorStore:
    if kind in KINDS:
        return LocalStore(kind)  # type: ignore[arg-type]
    index = {"milvus": "FLAT", "milvus-hnsw": "HNSW"}[kind]
    return MilvusStore(str(folder / "store.db"), name, dimensions=D, index=index)  # type: ignore[arg-type]


PLACES = [*KINDS, pytest.param("milvus", marks=needs_milvus), pytest.param("milvus-hnsw", marks=needs_milvus)]


@pytest.fixture(scope="module", params=PLACES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def store(kind: str, folder: Path) -> Iterator[VectorStore]:
    """All entries; tests only read it."""
    store = fresh(kind, folder, "read_only_" + kind.replace("-", "_"))
    store.put(ENTRIES, VECTORS)
    yield store
    if isinstance(store, MilvusStore):
        store.drop()


@pytest.fixture
def small(kind: str, folder: Path) -> Iterator[VectorStore]:
    """The first 60 entries, to change."""
    store = fresh(kind, folder, "small")
    store.put(ENTRIES[:60], VECTORS[:60])
    yield store
    if isinstance(store, MilvusStore):
        store.drop()


def truth(queries: Floats, k: int, where: Filter, rows: int = N) -> list[list[tuple[str, int]]]:
    allowed = np.array([where.allows(entry) for entry in ENTRIES[:rows]])
    scores = np.where(allowed, queries @ VECTORS[:rows].T, -np.inf)
    return [
        [(ENTRIES[row].document, ENTRIES[row].part) for row in np.argsort(-line)[:k] if allowed[row]] for line in scores
    ]


def keys(hits: list[Found]) -> list[tuple[str, int]]:
    return [(hit.document, hit.part) for hit in hits]


@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)
def test_the_same_hits_under_every_filter(store: VectorStore, kind: str, where: Filter) -> None:
    found, expected = store.search(QUERIES, 10, where), truth(QUERIES, 10, where)
    by_key = {(entry.document, entry.part): row for row, entry in enumerate(ENTRIES)}
    for query, hits, right in zip(QUERIES, found, expected, strict=True):
        assert len(hits) == len(right) == len(set(keys(hits)))
        assert all(where.allows(ENTRIES[by_key[key]]) for key in keys(hits))
        if kind in ("exact", "milvus"):
            assert keys(hits) == right
        for hit in hits:
            assert hit.score == pytest.approx(query @ VECTORS[by_key[hit.document, hit.part]], abs=0.03)
    shared = sum(len(set(keys(hits)) & set(right)) for hits, right in zip(found, expected, strict=True))
    assert shared >= 0.95 * sum(map(len, expected))


def test_how_many(store: VectorStore) -> None:
    assert len(store) == N
    assert [len(hits) for hits in store.search(QUERIES[:2], 10_000, EVERYONE)] == [N, N]
    assert store.search(QUERIES[:0], 5, EVERYONE) == []
    assert store.search(QUERIES[:2], 5, Filter(frozenset())) == [[], []]
    assert store.search(QUERIES[:2], 5, Filter(frozenset({'public"] or audience in ["staff'}))) == [[], []]


def test_bad_requests(store: VectorStore) -> None:
    nan = QUERIES.copy()
    nan[0, 0] = np.nan
    for queries, message in ((nan, "NaN"), (QUERIES[:, :7], "do not fit")):
        with pytest.raises(VectorError, match=message):
            store.search(queries, 3, EVERYONE)
    with pytest.raises(VectorError, match="at least one hit"):
        store.search(QUERIES, 0, EVERYONE)
    with pytest.raises(VectorError, match="2 entries and 3 vectors"):
        store.put(ENTRIES[:2], VECTORS[:3])
    with pytest.raises(VectorError, match="same part"):
        store.put([ENTRIES[0], ENTRIES[0]], VECTORS[:2])
    with pytest.raises(VectorError, match="NaN"):
        store.put(ENTRIES[:8], nan)
    assert len(store) == N


def test_documents_are_taken_out(small: VectorStore) -> None:
    small.delete("doc-3")
    small.delete("doc-3")
    small.delete("never was")
    small.delete('x" or document != "')
    assert len(small) == 57
    assert keys(small.search(VECTORS[9:10], 60, EVERYONE)[0]) and "doc-3" not in str(
        small.search(VECTORS[9:10], 60, EVERYONE)
    )


def test_documents_are_replaced_and_added(small: VectorStore) -> None:
    small.put([Entry("doc-3", 0, "staff"), Entry("new", 0)], VECTORS[[100, 101]])
    assert len(small) == 59
    assert keys(small.search(VECTORS[100:101], 1, EVERYONE)[0]) == [("doc-3", 0)]
    assert keys(small.search(VECTORS[101:102], 1, EVERYONE)[0]) == [("new", 0)]
    everything = keys(small.search(VECTORS[10:11], 60, EVERYONE)[0])
    assert [key for key in everything if key[0] == "doc-3"] == [("doc-3", 0)]
    assert ("doc-3", 0) not in keys(small.search(VECTORS[100:101], 60, Filter(frozenset({"public"})))[0])


def test_an_empty_store(kind: str, folder: Path) -> None:
    store = fresh(kind, folder, "empty")
    store.put([], VECTORS[:0])
    store.delete("doc-1")
    assert len(store) == 0
    assert store.search(QUERIES[:2], 5, EVERYONE) == [[], []]
    if isinstance(store, MilvusStore):
        store.drop()


def test_names_of_any_kind(kind: str, folder: Path) -> None:
    """Quotes, backslashes, other scripts and operators are names like any other."""
    names = ['a"b', "a'b", "a\\", "größe", "~61", "a b", "{x}", "x or 1 == 1", "日本", "n\nl", "%"]
    entries = [Entry(name, 0, audience=name) for name in names] + [Entry("plain", part) for part in range(20)]
    store = fresh(kind, folder, "names")
    store.put(entries, VECTORS[: len(entries)])
    for name in names:
        hits = store.search(VECTORS[:1], 40, Filter(frozenset({name})))[0]
        assert keys(hits) == [(name, 0)]
    store.delete(names[0])
    assert len(store) == len(entries) - 1
    if isinstance(store, MilvusStore):
        store.drop()


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_coded_name_cannot_end_a_literal(one: str, other: str) -> None:
    assert decoded(coded(one)) == one
    assert (coded(one) == coded(other)) == (one == other)
    assert not set(coded(one)) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-~")


@needs_milvus
@settings(max_examples=60, deadline=None)
@given(audiences=st.sets(st.text(max_size=8), min_size=1, max_size=4), region=st.none() | st.text(max_size=8))
def test_an_expression_means_what_the_filter_says(audiences: set[str], region: str | None) -> None:
    """Milvus Lite's own parser sees exactly our literals, whatever the values are."""
    from milvus_lite.search.filter.tokens import TokenKind, tokenize

    tokens = tokenize(expression(Filter(frozenset(audiences), region, SPRING)))
    strings = [token.value for token in tokens if token.kind is TokenKind.STRING]
    places = [] if region is None else sorted({"all", region})
    assert [decoded(text) for text in strings] == [*sorted(audiences), *places]


def test_names_that_are_too_long() -> None:
    with pytest.raises(VectorError, match="shorten it"):
        coded("x" * 600)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost:19530", "http://localhost:19530"),
        ("https://ann:s3cret@example.org:443/db?token=s3cret", "https://example.org:443"),
        ("https://ann:s3cret@example.org:port", "https://example.org"),
        ("store.db", "store.db"),
    ],
)
def test_addresses_are_shown_without_credentials(url: str, shown: str) -> None:
    assert without_credentials(url)[0] == shown


@needs_milvus
def test_a_server_that_is_not_there() -> None:
    with pytest.raises(VectorStoreError) as caught:
        MilvusStore("http://ann:s3cret@127.0.0.1:1", timeout=2)
    assert "http://127.0.0.1:1 failed to connect" in str(caught.value)
    assert "GROUNDWORK_VECTORS" in str(caught.value)
    assert "s3cret" not in str(caught.value) and caught.value.__cause__ is None


def test_an_address_that_is_none() -> None:
    with pytest.raises(VectorStoreError, match="must be http://host:port"):
        MilvusStore("localhost")


def test_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pymilvus", None)
    with pytest.raises(VectorStoreError, match=r"-r env/cluster\.lock"):
        MilvusStore("http://127.0.0.1:19530")


@needs_milvus
def test_a_collection_of_other_dimensions(folder: Path) -> None:
    store = fresh("milvus", folder, "narrow")
    with pytest.raises(VectorStoreError, match="holds vectors of 32 dimensions, not 384"):
        MilvusStore(str(folder / "store.db"), "narrow")
    store.drop()  # type: ignore[attr-defined]
    with pytest.raises(VectorStoreError, match="failed to search"):
        store.search(QUERIES, 1, EVERYONE)


@needs_milvus
def test_the_environment_names_the_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, milvus.VARIABLE, "")
    assert milvus.from_environment("named", D) is None
    monkeypatch.setitem(os.environ, milvus.VARIABLE, str(folder / "store.db"))
    store = milvus.from_environment("named", D)
    assert store is not None and len(store) == 0
    store.drop()
