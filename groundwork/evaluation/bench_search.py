"""Search against its bars: our code over bare bm25s + FAISS, and vector indexes from 20,000 to a million vectors.

The large measurements are on made vectors, and say so: a mixture of topics on the unit sphere, 200 vectors a topic,
whose neighbourhoods are harder than those of the shop's texts (intrinsic dimension 20 to 30 by the estimator of Levina
and Bickel, NIPS 2004, against 11). The million takes minutes and gigabytes, so it runs only on request
(`GROUNDWORK_BENCH_LARGE=1`, `rows(large=True)`); each index measured is kept under `build/bench` and not done again.
"""

import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from groundwork.evaluation.rows import Row
from groundwork.files import write_text
from groundwork.models.embed import Embedder, default_embedder
from groundwork.paths import BUILD, DATASETS
from groundwork.search import vectors as ours
from groundwork.search.documents import load
from groundwork.search.index import CANDIDATES, CUSTOMER, Index
from groundwork.search.keyword import tokenize
from groundwork.search.rerank import Reranker
from groundwork.search.vector_store import Entry, Filter
from groundwork.search.vectors import KINDS, Floats, Ints, Kind, build, faiss

D, LATENT, PER_TOPIC = 384, 64, 200  # dimensions, those in which topics differ, vectors a topic
SPREAD, NOISE, PERTURBED = 0.9, 0.35, 0.45  # within a topic, in all dimensions, and of queries
RECIPE = 1  # raise it when what is measured changes; measurements of another recipe are done again
SIZES, LARGE = (20_000, 200_000), 1_000_000
QUERIES, K, ROUNDS = 500, 10, 200
SHOP = DATASETS / "shop"


@dataclass(frozen=True)
class Measured:
    """One kind of index on n made vectors: times of one query at a time on one thread, in milliseconds."""

    n: int
    kind: Kind
    recall: float
    p50: float
    p95: float
    megabytes: float
    build_seconds: float
    build_cpu_seconds: float
    recipe: int = RECIPE


def rows(large: bool | None = None) -> list[Row]:
    """Measure everything; about three minutes, and up to twenty more with `large` (default: GROUNDWORK_BENCH_LARGE)."""
    if large is None:
        large = bool(os.environ.get("GROUNDWORK_BENCH_LARGE"))
    found = [*pipeline_rows()]
    for n in (*SIZES, LARGE) if large else SIZES:
        found += [row for measured in measure(n) for row in as_rows(measured)]
    return [*found, *milvus_rows()]


def pipeline_rows() -> Iterator[Row]:
    """Yield the overhead of `Index` over the bare libraries, and the time of a whole search, on the shop's texts."""
    if not (SHOP / "documents").is_dir():
        tell(f"No {SHOP / 'documents'}: the rows on the shop's texts are left out. Make it: python3 course.py shop")
        return
    built = Index.build(load(SHOP / "documents"), default_embedder(), reranker=Reranker.load())
    embedder = Embedder(cache=False)  # each question is embedded anew, by ours and by theirs
    index = Index(built.corpus, embedder, built.parts, built.reranker)
    lines = (SHOP / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = list(dict.fromkeys(json.loads(line)["text"] for line in lines))[:ROUNDS]
    chunks = len(index.parts["public"].chunks)
    bare = bare_rival(index, embedder)
    pairs = [(timed(index.fused, query), timed(bare, query)) for query in [*asked[:20], *asked]][20:]
    ratio = median(whole / bare for whole, bare in pairs)
    low, high = np.quantile([whole / bare for whole, bare in pairs], [0.25, 0.75])
    name = "our search over bare libraries, median and quartiles"
    yield Row(name, ratio, "x", float(low), float(high), len(pairs), "bm25s + FAISS", "<= 1.2")
    whole = [timed(index.search, query) * 1000 for query in asked]
    name = f"search of {chunks:,} chunks, reranked, p95"
    yield Row(name, float(np.quantile(whole, 0.95)), "ms", min(whole), max(whole), len(whole), bar="<= 15")


def bare_rival(index: Index, embedder: Embedder) -> Callable[[str], object]:
    """The same retrieval by the libraries alone: embed, BM25 of every chunk, its best, the nearest vectors."""
    import bm25s

    part = index.parts["public"]
    model = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    model.index([tokenize(chunk.searchable) for chunk in part.chunks], show_progress=False)
    flat = faiss.IndexFlatIP(part.vectors.shape[1])
    flat.add(np.ascontiguousarray(part.vectors))

    def search(query: str) -> object:
        known = [token for token in dict.fromkeys(tokenize(query)) if token in model.vocab_dict]
        scores = model.get_scores(known) if known else np.zeros(len(part.chunks), np.float32)
        best = np.argpartition(-scores, CANDIDATES - 1)[:CANDIDATES]
        return best[np.argsort(-scores[best])], flat.search(embedder.encode([query]), CANDIDATES)

    return search


def made(n: int, seed: int = 0, perturbed: float = NOISE, topics: int | None = None) -> Floats:
    """Made vectors on the unit sphere, float32 (n, D); other seeds draw other vectors around the same topics."""
    world, draw = np.random.default_rng(0), np.random.default_rng([seed, 1])
    scale = (1 + np.arange(LATENT)) ** -0.25
    scale /= np.linalg.norm(scale)
    basis = np.linalg.qr(world.standard_normal((D, LATENT)))[0].T.astype(np.float32)
    centres = world.standard_normal((topics or max(1, n // PER_TOPIC), LATENT))
    vectors = np.empty((n, D), np.float32)
    for start in range(0, n, 100_000):
        block = vectors[start : start + 100_000]
        place = centres[draw.integers(len(centres), size=len(block))] + SPREAD * draw.standard_normal(
            (len(block), LATENT)
        )
        block[:] = (place * scale).astype(np.float32) @ basis
        block += draw.standard_normal(block.shape, np.float32) * np.float32(perturbed / np.sqrt(D))
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def measure(n: int, folder: Path = BUILD / "bench") -> list[Measured]:
    """Measure every kind on n made vectors; what an earlier run has measured is read from `folder`."""
    known = {kind: stored(folder / f"vectors-{n}-{kind}.json") for kind in KINDS}
    if not all(known.values()):
        tell(f"{n:,} made vectors …")
        vectors, queries = made(n), made(QUERIES, 1, PERTURBED, max(1, n // PER_TOPIC))
        exact = build("exact", vectors)
        nearest = exact.search(queries, K)[1]
        del exact
        for kind in KINDS:
            if known[kind] is None:
                tell(f"{n:,} made vectors: {kind} …")
                known[kind] = one = measure_kind(kind, vectors, queries, nearest)
                write_text(folder / f"vectors-{n}-{kind}.json", json.dumps(asdict(one)) + "\n")
    return [one for one in known.values() if one]


def measure_kind(kind: Kind, vectors: Floats, queries: Floats, nearest: Ints) -> Measured:
    """Build an index, and search it one query at a time on one thread, after a lap that is not counted."""
    wall, cpu = perf_counter(), process_time()
    index = build(kind, vectors, progress=len(vectors) > SIZES[0])
    wall, cpu = perf_counter() - wall, process_time() - cpu
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.search(queries[:50], K)
        taken, found = [], []
        for query in queries:
            begun = perf_counter()
            found.append(index.search(query[None], K)[1][0])
            taken.append((perf_counter() - begun) * 1000)
    finally:
        faiss.omp_set_num_threads(threads)
    recall = shared(found, nearest)
    p50, p95 = np.quantile(taken, [0.5, 0.95])
    megabytes = index.bytes / 2**20
    del index
    gc.collect()
    return Measured(len(vectors), kind, recall, float(p50), float(p95), megabytes, wall, cpu)


def shared(found: Sequence[Ints], expected: Ints) -> float:
    """The share of the expected rows that were found."""
    pairs = zip(found, expected, strict=True)
    return float(np.mean([len(set(a.tolist()) & set(b.tolist())) / len(b) for a, b in pairs]))


def stored(path: Path) -> Measured | None:
    """An earlier measurement of this recipe."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Measured(**content) if content["recipe"] == RECIPE else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def as_rows(measured: Measured) -> Iterator[Row]:
    """Yield a measurement's rows; the kind that is chosen for a million has the promised bars."""
    promised = measured.n == LARGE and measured.kind == ours.choose(LARGE)
    name = f"{measured.n:,} made vectors, {measured.kind}"
    yield Row(
        f"{name}: recall@{K}", measured.recall, "", n=QUERIES, baseline="exact", bar=">= 0.95" if promised else ""
    )
    yield Row(f"{name}: p50", measured.p50, "ms", n=QUERIES)
    yield Row(f"{name}: p95", measured.p95, "ms", n=QUERIES, bar="<= 10" if promised else "")
    yield Row(f"{name}: memory", measured.megabytes, "MB")
    yield Row(f"{name}: build", measured.build_seconds, "s", bar="<= 360" if promised else "")


def milvus_rows(n: int = SIZES[0], laps: int = 50) -> Iterator[Row]:
    """Yield how Milvus Lite compares with FAISS on the same made vectors, interleaved, both exact."""
    if not (find_spec("pymilvus") and find_spec("milvus_lite")):
        tell("pymilvus is missing (env/cluster.lock, which `course.py test` installs): the Milvus rows are left out.")
        return
    from groundwork.search.milvus import MilvusStore

    vectors, queries = made(n), made(QUERIES, 1, PERTURBED, n // PER_TOPIC)[:laps]
    where = Filter(CUSTOMER.audiences)
    index = build("exact", vectors)
    allowed = np.ones(n, np.bool_)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = MilvusStore(str(Path(folder) / "bench.db"), dimensions=D, index="FLAT", timeout=120)
        tell(f"{n:,} made vectors into Milvus Lite …")
        store.put([Entry("made", row) for row in range(n)], vectors)
        store.search(queries[:1], K, where)
        found: list[Ints] = []
        pairs = []
        for query in queries:
            begun = perf_counter()
            hits = store.search(query[None], K, where)[0]
            middle = perf_counter()
            index.search(query[None], K, allowed)
            pairs.append((middle - begun, perf_counter() - middle))
            found.append(np.array([hit.part for hit in hits]))
        store.drop()
        store.close()
    nearest = index.search(queries, K)[1]
    name = f"Milvus Lite, {n:,} made vectors"
    yield Row(
        f"{name}: share of the exact hits", shared(found, nearest), "", n=laps, baseline="FAISS exact", bar=">= 0.95"
    )
    ratios = [theirs / ours for theirs, ours in pairs]
    yield Row(f"{name}: latency", median(ratios), "x", min(ratios), max(ratios), laps, "FAISS exact, in process")
    yield Row(f"{name}: p95", float(np.quantile([theirs * 1000 for theirs, _ in pairs], 0.95)), "ms", n=laps)


def timed(run: Callable[[str], object], query: str) -> float:
    """The seconds that a query takes."""
    begun = perf_counter()
    run(query)
    return perf_counter() - begun


def tell(text: str) -> None:
    """Say where we are on standard error; standard output belongs to the results."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
