"""Nearest neighbours by inner product: exact, IVF, HNSW and IVF-PQ behind one interface, through FAISS.

Vectors are expected at length 1, so that the inner product is the cosine. What is not allowed is never a candidate:
FAISS skips it while it scans, and the narrower the filter, the wider the search, so that recall does not suffer.

    exact  every vector, float32                                          4 d bytes a vector
    ivf    the nearest k-means cells, half precision                      2 d + 8
    hnsw   a walk on a graph of neighbours, half precision                2 d + 272
    pq     the nearest cells in 4-bit codes, the best again in 8 bits     d + d / 8 + 8
"""

import importlib
import math
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from groundwork.errors import GroundworkError
from groundwork.files import replacing

faiss: Any = importlib.import_module("faiss")  # not a plain import, since its type stubs lack most of what it has

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Kind = Literal["exact", "ivf", "hnsw", "pq"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SEED = 1234  # of k-means
SAMPLE = 64  # training vectors per cell: more improve the cells little
PROBED = {"ivf": 1 / 16, "pq": 1 / 10}  # the share of the cells that a search visits; codes are quicker to score
LINKS = 32  # neighbours per node of the graph (M in Malkov and Yashunin, "HNSW", TPAMI 2020)
EF_BUILD, EF_SEARCH = 40, 64  # candidates kept while the graph is built and walked
REFINED = 20  # pq: candidates per wanted hit that are scored again
PQ_WIDTH, PQ_POINTS = 4, 16  # dimensions a code; a 4-bit code has 16 words, each learned from a vector at least
BATCH = 20_000  # vectors added at a time, which bounds the copies in memory

# Measured by evaluation/bench_search.py with GROUNDWORK_BENCH_LARGE=1 on made vectors, d = 384, one query at a time on
# one thread of a busy machine: recall@10, median ms, MB, and the seconds of processor time that the build took.
#                exact              ivf                 hnsw                pq
#    20,000   1   1.3    29   0   1.000 0.2  15   1   .997 0.1   20   1   .991 0.2   9   1
#   200,000   1  42     293   1    .994 1.2 149  11   .983 0.3  198  48   .988 0.4  86  10
# 1,000,000   1  93   1,465   7    .958 7.9 743  68   .961 0.5  992 360   .964 1.8 424  65
# So: exact while it costs a millisecond or two, then the best recall, then the least memory. The graph is the quickest
# to search, and the slowest to build and to change.
EXACT_UP_TO, IVF_UP_TO = 20_000, 500_000


class VectorError(GroundworkError):
    """Vectors or a request that a vector index cannot take."""


class VectorIndex(Protocol):
    """Rows of vectors, numbered from 0 in the order in which they came."""

    @property
    def bytes(self) -> int:
        """What the whole index takes in memory."""
        ...

    def __len__(self) -> int:
        """The number of vectors."""
        ...

    def add(self, vectors: Floats) -> None:
        """Append vectors, float32 (n, d)."""
        ...

    def search(self, queries: Floats, k: int, allowed: Bools | None = None) -> tuple[Floats, Ints]:
        """Score the nearest rows to each query, best first; see `FaissIndex.search`."""
        ...

    def save(self, path: Path) -> None:
        """Write to a file, whole or not at all."""
        ...


def choose(n: int) -> Kind:
    """The kind for n vectors, by the table above the constants."""
    return "exact" if n <= EXACT_UP_TO else "ivf" if n <= IVF_UP_TO else "pq"


def build(kind: Kind, vectors: Floats, *, progress: bool = False) -> "FaissIndex":
    """Train and fill an index with vectors, float32 (n, d).

    Training draws the same sample each time. (A graph's links depend on the order in which threads add to it, so a
    rare hit at the edge of the recall may differ from build to build.) Raises VectorError for an unknown kind, NaN,
    infinity, too few vectors, or dimensions that do not fit.
    """
    if kind not in KINDS:
        raise VectorError(f"There is no kind of vector index {kind!r}; the kinds are {', '.join(KINDS)}.")
    vectors = checked(vectors)
    least = {"exact": 0, "ivf": 1, "hnsw": 0, "pq": PQ_POINTS}[kind]
    if len(vectors) < least:
        raise VectorError(f"A {kind} index learns from at least {least} vectors, not {len(vectors)}; use 'exact'.")
    if kind == "pq" and vectors.shape[1] % PQ_WIDTH:
        raise VectorError(f"A pq index takes dimensions in multiples of {PQ_WIDTH}, not {vectors.shape[1]}.")
    cells = max(1, int(2 * math.sqrt(len(vectors))))
    index = FaissIndex(kind, empty(kind, vectors.shape[1], cells))
    chosen = np.random.default_rng(SEED).permutation(len(vectors))[: max(SAMPLE * cells, PQ_POINTS)]
    if not index.faiss.is_trained:
        index.faiss.train(np.ascontiguousarray(vectors[np.sort(chosen)]))
    index.add(vectors, progress=progress)
    return index


def empty(kind: Kind, d: int, cells: int) -> Any:
    """An untrained FAISS index (https://github.com/facebookresearch/faiss/wiki/The-index-factory)."""
    recipe = {
        "exact": "Flat",
        "ivf": f"IVF{cells},SQfp16",
        "hnsw": f"HNSW{LINKS},SQfp16",
        "pq": f"IVF{cells},PQ{d // PQ_WIDTH}x4fs,Refine(SQ8)",
    }[kind]
    index = faiss.index_factory(d, recipe, faiss.METRIC_INNER_PRODUCT)
    inner = inside(kind, index)
    if kind == "hnsw":
        inner.hnsw.efConstruction = EF_BUILD
    if kind in ("ivf", "pq"):
        for training in (inner.cp, inner.pq.cp) if kind == "pq" else (inner.cp,):
            training.seed, training.niter, training.min_points_per_centroid = SEED, 10, 1
    return index


def inside(kind: Kind, index: Any) -> Any:
    """The part that finds candidates, as its own class. It belongs to `index`, which must be kept."""
    return faiss.downcast_index(faiss.downcast_index(index).base_index if kind == "pq" else index)


class FaissIndex:
    """A VectorIndex of one kind in this process."""

    def __init__(self, kind: Kind, index: Any, *, mapped: bool = False) -> None:
        self.kind, self.faiss, self.mapped = kind, index, mapped

    def __len__(self) -> int:
        return int(self.faiss.ntotal)

    @property
    def bytes(self) -> int:
        """The size of the index in memory; one opened by memory map has only those pages there that it has used."""
        written = 0

        def count(block: bytes) -> int:
            nonlocal written
            written += len(block)
            return len(block)

        faiss.write_index(self.faiss, faiss.PyCallbackIOWriter(count))
        return written

    def add(self, vectors: Floats, *, progress: bool = False) -> None:
        """Append vectors (n, d). Cells and codes stay as they were trained: build anew when the size has doubled.

        Raises VectorError for another d, NaN or infinity, and for an index that `load` has opened.
        """
        if self.mapped:
            raise VectorError("An index opened from a file cannot be added to; build it anew from its vectors.")
        vectors = checked(vectors, self.faiss.d)
        for start in tqdm(range(0, len(vectors), BATCH), f"adding to {self.kind}", disable=not progress):
            self.faiss.add(np.ascontiguousarray(vectors[start : start + BATCH]))

    def search(self, queries: Floats, k: int, allowed: Bools | None = None) -> tuple[Floats, Ints]:
        """Find the rows nearest to queries (m, d): scores and rows, each (m, min(k, n)), best first.

        `allowed`, bool (n,), says which rows may be candidates. Where fewer are found, the row is -1 and its score
        minus infinity. Raises VectorError for k < 1, another d, NaN or infinity, or a mask of another length.
        """
        queries = checked(queries, self.faiss.d)
        if k < 1:
            raise VectorError(f"A search returns at least one hit, not {k}.")
        if allowed is not None and allowed.shape != (len(self),):
            raise VectorError(f"The mask has the shape {allowed.shape}; the index has {len(self)} rows.")
        count = len(self) if allowed is None else int(np.count_nonzero(allowed))
        shape = (len(queries), min(k, len(self)))
        scores, rows = np.full(shape, -np.inf, np.float32), np.full(shape, -1, np.int64)
        if count and len(queries):
            width = min(k, count)
            found = self._search(queries, width, allowed, count)
            rows[:, :width] = found[1]
            scores[:, :width] = np.where(found[1] < 0, -np.inf, found[0])
        return scores, rows

    def _search(self, queries: Floats, k: int, allowed: Bools | None, count: int) -> tuple[Floats, Ints]:
        """Have FAISS search, as wide as the share of allowed rows demands."""
        share = count / len(self)
        chosen = None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        index, inner = self.faiss, inside(self.kind, self.faiss)
        if self.kind == "hnsw":
            ef = math.ceil(max(EF_SEARCH, k) / share)
            if ef * LINKS < count:  # else the walk would compute more scores than a scan of what is allowed
                parameters = faiss.SearchParametersHNSW(sel=chosen, efSearch=ef)
            else:
                index, parameters = inner.storage, faiss.SearchParameters(sel=chosen)
        elif self.kind == "exact":
            parameters = faiss.SearchParameters(sel=chosen)
        else:
            parameters = faiss.SearchParametersIVF(
                sel=chosen, nprobe=probes(inner.nlist, PROBED[self.kind] / share, k / len(self))
            )
        if self.kind == "pq":
            parameters = faiss.IndexRefineSearchParameters(k_factor=float(REFINED), base_index_params=parameters)
        scores, rows = index.search(queries, k, params=parameters)
        return scores, rows

    def save(self, path: Path) -> None:
        """Write to a file, whole or not at all. Raises OSError if the disk does not take it."""
        with replacing(path) as part:
            try:
                faiss.write_index(self.faiss, str(part))
            except RuntimeError as error:
                raise OSError(f"{path} was not written: {error}") from None


def probes(cells: int, share: float, wanted: float) -> int:
    """How many cells to visit: a share of them, and at least four times `wanted`, the share of rows asked for."""
    return min(cells, max(8, math.ceil(cells * share), math.ceil(cells * wanted * 4)))


def load(path: Path) -> FaissIndex:
    """Open a saved index by memory map. Raises VectorError if the file is missing or damaged."""
    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as error:
        reason = str(error).rsplit(": ", 1)[-1]
        raise VectorError(f"{path} is no vector index that can be read ({reason}); build it anew.") from None
    names = {"IndexFlat": "exact", "IndexIVF": "ivf", "IndexHNSW": "hnsw", "IndexRefine": "pq"}
    found = type(faiss.downcast_index(index)).__name__
    kind = next((kind for name, kind in names.items() if found.startswith(name)), None)
    if kind not in KINDS:
        raise VectorError(f"{path} holds a {found}, which is none of the kinds {', '.join(KINDS)}.")
    return FaissIndex(kind, index, mapped=True)


def checked(vectors: Floats, d: int | None = None) -> Floats:
    """The vectors as contiguous float32 (n, d), if that is what they are. Raises VectorError."""
    vectors = np.ascontiguousarray(vectors, np.float32)
    if vectors.ndim != 2 or vectors.shape[1] == 0 or (d is not None and vectors.shape[1] != d):
        raise VectorError(f"Vectors of the shape {vectors.shape} do not fit; expected (n, {d or 'd'}).")
    bad = np.flatnonzero(~np.isfinite(np.linalg.norm(vectors, axis=1)))
    if len(bad):
        raise VectorError(f"Vector {bad[0]} holds NaN or infinity ({len(bad)} of {len(vectors)} do).")
    return vectors
