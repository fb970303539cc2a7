"""Every kind of FAISS index keeps the same promises: hits, filters, sizes, files."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.search.vectors import KINDS, FaissIndex, Floats, Kind, VectorError, build, choose, load

N, D = 3000, 32


def made(n: int, seed: int, d: int = D) -> Floats:
    """A clustered mixture on the unit sphere."""
    topics = np.random.default_rng(0).standard_normal((60, d))
    draw = np.random.default_rng(seed)
    vectors = topics[draw.integers(len(topics), size=n)] + 0.6 * draw.standard_normal((n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


VECTORS, QUERIES = made(N, 1), made(40, 2)
BUILT: dict[Kind, FaissIndex] = {}


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> FaissIndex:
    return built(request.param)


def built(kind: Kind) -> FaissIndex:
    if kind not in BUILT:
        BUILT[kind] = build(kind, VECTORS)
    return BUILT[kind]


def truth(queries: Floats, k: int, allowed: np.ndarray | None = None) -> np.ndarray:
    scores = queries @ VECTORS.T
    if allowed is not None:
        scores[:, ~allowed] = -np.inf
    return np.argsort(-scores, axis=1)[:, :k]


def recall(found: np.ndarray, expected: np.ndarray) -> float:
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in pairs]))


def test_exact_search_is_exact() -> None:
    scores, rows = build("exact", VECTORS).search(QUERIES, 10)
    assert (rows == truth(QUERIES, 10)).all()
    assert np.allclose(scores, np.take_along_axis(QUERIES @ VECTORS.T, rows, 1), atol=1e-5)


def test_recall_at_default_parameters(index: FaissIndex) -> None:
    scores, rows = index.search(QUERIES, 10)
    assert recall(rows, truth(QUERIES, 10)) >= 0.95
    assert (np.diff(scores, axis=1) <= 0).all()
    assert np.allclose(scores, np.einsum("qd,qkd->qk", QUERIES, VECTORS[rows]), atol=0.02)


@pytest.mark.parametrize("share", [0.5, 0.05, 0.004])
def test_a_filter_excludes_and_costs_no_recall(index: FaissIndex, share: float) -> None:
    allowed = np.random.default_rng(3).random(N) < share
    _, rows = index.search(QUERIES, 10, allowed)
    assert allowed[rows[rows >= 0]].all()
    assert recall(rows, truth(QUERIES, 10, allowed)) >= 0.95


@settings(max_examples=40, deadline=None)
@given(allowed=st.sets(st.integers(0, N - 1), max_size=20), k=st.integers(1, 30), kind=st.sampled_from(KINDS))
def test_only_what_is_allowed_is_found_and_all_of_a_few(allowed: set[int], k: int, kind: Kind) -> None:
    mask = np.zeros(N, bool)
    mask[list(allowed)] = True
    scores, rows = built(kind).search(QUERIES[:1], k, mask)
    found = rows[0][rows[0] >= 0]
    assert set(found) <= allowed
    assert len(found) == min(k, len(allowed)) == len(set(found))
    assert np.isinf(scores[0][len(found) :]).all()


def test_a_filter_on_a_long_walk() -> None:
    """Half of 20,000 rows allowed: the graph is walked with a filter instead of scanned."""
    vectors, queries = made(20_000, 4, 8), made(20, 5, 8)
    allowed = np.arange(len(vectors)) % 2 == 0
    _, rows = build("hnsw", vectors).search(queries, 10, allowed)
    scores = np.where(allowed, queries @ vectors.T, -np.inf)
    assert (rows % 2 == 0).all()
    assert recall(rows, np.argsort(-scores, axis=1)[:, :10]) >= 0.95


def test_k_larger_than_the_index(index: FaissIndex) -> None:
    scores, rows = index.search(QUERIES[:2], 10**9)
    assert scores.shape == rows.shape == (2, N)
    assert sorted(rows[0]) == list(range(N))


def test_added_vectors_are_found(index: FaissIndex) -> None:
    grown, new = build(index.kind, VECTORS[:2000]), VECTORS[2000:2100]
    grown.add(new)
    assert len(grown) == 2100
    assert (grown.search(new, 1)[1][:, 0] == np.arange(2000, 2100)).mean() >= 0.95


def test_no_queries_and_no_vectors(index: FaissIndex) -> None:
    assert index.search(QUERIES[:0], 5)[1].shape == (0, 5)
    if index.kind in ("exact", "hnsw"):
        assert build(index.kind, VECTORS[:0]).search(QUERIES, 5)[1].shape == (40, 0)
    else:
        with pytest.raises(VectorError, match="learns from at least"):
            build(index.kind, VECTORS[:0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [16, 17, 100])
def test_small_indexes(kind: Kind, n: int) -> None:
    found = build(kind, VECTORS[:n]).search(VECTORS[:n], 1)[1][:, 0]
    assert (found == np.arange(n)).all()


@pytest.mark.parametrize("d", [1, 8, 37])
@pytest.mark.parametrize("kind", KINDS)
def test_odd_dimensions(kind: Kind, d: int) -> None:
    vectors = made(200, 6, d)
    if kind == "pq" and d % 4:
        with pytest.raises(VectorError, match=f"multiples of 4, not {d}"):
            build(kind, vectors)
        return
    scores, rows = build(kind, vectors).search(vectors[:5], 1)
    assert (scores > 0.97).all() and (rows >= 0).all()


def test_training_is_the_same_each_time() -> None:
    for kind in ("ivf", "pq"):
        first, again = build(kind, VECTORS), build(kind, VECTORS)  # type: ignore[arg-type]
        assert (first.search(QUERIES, 10)[1] == again.search(QUERIES, 10)[1]).all()


def test_bad_requests(index: FaissIndex) -> None:
    nan = QUERIES[:3].copy()
    nan[1, 4] = np.nan
    for vectors, message in ((nan, "Vector 1 holds NaN"), (QUERIES[:, :5], "do not fit"), (QUERIES[0], "do not fit")):
        with pytest.raises(VectorError, match=message):
            index.search(vectors, 3)
        with pytest.raises(VectorError, match=message):
            index.add(vectors)
    for k in (0, -1):
        with pytest.raises(VectorError, match="at least one hit"):
            index.search(QUERIES, k)
    with pytest.raises(VectorError, match=f"has {N} rows"):
        index.search(QUERIES, 3, np.ones(N - 1, bool))
    assert len(index) == N
    with pytest.raises(VectorError, match="no kind of vector index 'lsh'"):
        build("lsh", VECTORS)  # type: ignore[arg-type]


def test_a_saved_index_answers_as_before(index: FaissIndex, tmp_path: Path) -> None:
    path = tmp_path / "größe" / "index.faiss"
    index.save(path)
    opened = load(path)
    assert (opened.kind, len(opened), opened.bytes) == (index.kind, N, index.bytes)
    allowed = np.arange(N) % 3 == 0
    for mask in (None, allowed):
        assert (opened.search(QUERIES, 10, mask)[1] == index.search(QUERIES, 10, mask)[1]).all()
    with pytest.raises(VectorError, match="cannot be added to"):
        opened.add(VECTORS[:1])
    assert [item.name for item in path.parent.iterdir()] == ["index.faiss"]


def test_damaged_files(index: FaissIndex, tmp_path: Path) -> None:
    path = tmp_path / "index.faiss"
    index.save(path)
    whole = path.read_bytes()
    for content in (b"", b"nonsense", whole[:100], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(VectorError, match="build it anew"):
            load(path)
    with pytest.raises(VectorError, match="build it anew"):
        load(tmp_path / "missing.faiss")


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "index.faiss"
    built("exact").save(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise RuntimeError("write error: No space left on device")

    monkeypatch.setattr("groundwork.search.vectors.faiss.write_index", full)
    with pytest.raises(OSError, match="No space left"):
        built("exact").save(path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_bytes_are_what_the_table_says(index: FaissIndex) -> None:
    each = {"exact": 4 * D, "ivf": 2 * D + 8, "hnsw": 2 * D + 272, "pq": D + D / 8 + 8}[index.kind]
    assert 0.98 * each * N <= index.bytes <= 1.25 * each * N + 40_000


MAPPING = """
import sys
from pathlib import Path
def resident(kind):
    status = Path("/proc/self/status").read_text()
    return int(status.split(kind + ":")[1].split()[0]) // 1024
from groundwork.search.vectors import load
before = resident("RssAnon")
index = load(Path(sys.argv[1]))
print(resident("RssAnon") - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_loading_maps_instead_of_reading(kind: Kind, tmp_path: Path) -> None:
    vectors = np.repeat(made(2000, 7, 64), 100 if kind != "hnsw" else 10, axis=0)
    index = build(kind, vectors[:2000])
    index.add(vectors[2000:])
    index.save(tmp_path / "index.faiss")
    command = [sys.executable, "-c", MAPPING, str(tmp_path / "index.faiss")]
    taken = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(taken) * 2**20 < index.bytes / 4, f"{taken} MB of {index.bytes / 2**20:.0f} MB"


def test_the_default_grows_with_the_corpus() -> None:
    kinds = [choose(n) for n in (0, 680, 2_000, 200_000, 1_000_000, 100_000_000)]
    assert kinds[:3] == ["exact"] * 3 and kinds[-1] == "pq"
    assert [KINDS.index(kind) for kind in kinds] == sorted(KINDS.index(kind) for kind in kinds)
