"""The embedding model against its bars, each a ratio or a limit measured in one run on this machine.

Rivals take turns, round by round, so that whatever else the machine does slows all of them; a ratio is the median over
rounds, with the smallest and the largest beside it. Every text is new to the embedder: the cache of vectors is off.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from groundwork.evaluation.rows import Row
from groundwork.models import minilm_numpy, weights
from groundwork.models.embed import CLS, MODEL, SEP, Embedder
from groundwork.paths import ROOT

Floats = NDArray[np.float32]

ROUNDS = 5
TEXTS, PIECES = 32, 60  # [CLS] and [SEP] included
HAND_MADE = ROOT / "tests" / "models" / "data" / "retrieval.json"
QUERY = "How long do I have to return a tent?"
WORDS = (
    "the a of in is on was for with at from are or this that one two old new long short red green small large house "
    "river road market train winter summer water stone paper letter music window garden mountain office school"
).split()
IMPORTING = """
from time import perf_counter
start = perf_counter()
import groundwork.models.embed
print(perf_counter() - start)
"""
ENCODING = """
from groundwork.models.embed import Embedder
Embedder(cache=False).encode([f"{n} " + "word " * (4 * n) for n in range(64)])
from groundwork.evaluation.bench_embed import peak_megabytes
print(peak_megabytes())
"""


@dataclass(frozen=True)
class Question:
    """A query and the positions in a corpus of the texts that answer it."""

    query: str
    positives: Sequence[int]


def rows(retrieval: Path | None = HAND_MADE) -> list[Row]:
    """Measure everything; about 30 s. `retrieval`: a JSON file of {corpus, queries: [{query, positives}]}, or None."""
    int8, f32 = Embedder(cache=False), Embedder("f32", cache=False)
    found = [*speed_rows(int8, f32), import_row(), memory_row(), query_row(int8)]
    if retrieval and retrieval.exists():
        content = json.loads(retrieval.read_text(encoding="utf-8"))
        found.append(retrieval_row(int8, f32, [Question(**q) for q in content["queries"]], content["corpus"]))
    return found


def speed_rows(int8: Embedder, f32: Embedder) -> Iterator[Row]:
    """Yield texts/s, and how many times faster that is than NumPy and, where installed, sentence-transformers."""
    texts = sixty_pieces(int8)
    rivals: dict[str, Callable[[], object]] = {
        "int8": lambda: int8.encode(texts),
        "f32": lambda: f32.encode(texts),
        "NumPy": numpy_rival(int8, texts),
    }
    if find_spec("sentence_transformers"):
        rivals["sentence-transformers"] = sentence_transformers_rival(texts)
    seconds = interleaved(rivals)
    rates = [len(texts) / s for s in seconds["int8"]]
    yield spread("embedding int8, 60 tokens", rates, "texts/s")
    for fast, slow, bar in (
        ("int8", "NumPy", ">= 3"),
        ("f32", "NumPy", ""),
        ("int8", "sentence-transformers", ">= 2.5"),
    ):
        if slow in seconds:
            ratios = [b / a for a, b in zip(seconds[fast], seconds[slow], strict=True)]
            yield spread(f"embedding {fast} / {slow}, texts/s at 60 tokens", ratios, "x", slow, bar)


def interleaved(rivals: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return the seconds of each rival in each round; a round that is not counted warms everything up."""
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(ROUNDS + 1):
        for name, run in rivals.items():
            seconds[name].append(timed(run))
    return {name: taken[1:] for name, taken in seconds.items()}


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = perf_counter()
    run()
    return perf_counter() - start


def sixty_pieces(embedder: Embedder) -> list[str]:
    """Return texts of exactly 60 word pieces: each word here is a piece of its own."""
    draw = np.random.default_rng(0)
    texts = [" ".join(draw.choice(WORDS, PIECES - 2)) for _ in range(TEXTS)]
    assert all(len(embedder.pieces(text)) == PIECES - 2 for text in texts)  # noqa: S101
    return texts


def numpy_rival(embedder: Embedder, texts: list[str], batch: int = 8) -> Callable[[], object]:
    """Return a run of the same model in NumPy, in the batches that suit it best, with tokenizing for free."""
    tensors = minilm_numpy.load(weights.path(MODEL))
    ids = np.array([[CLS, *embedder.pieces(text), SEP] for text in texts])
    parts = np.split(ids, range(batch, len(ids), batch))
    return lambda: [minilm_numpy.embed(tensors, part) for part in parts]


def sentence_transformers_rival(texts: list[str]) -> Callable[[], object]:
    """Return a run of sentence-transformers with its default batches, on the same weights."""
    from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found,unused-ignore]

    model = SentenceTransformer(str(weights.path(MODEL)), device="cpu", local_files_only=True)
    return lambda: model.encode(texts, show_progress_bar=False)


def import_row() -> Row:
    """Measure `import groundwork.models.embed` in fresh processes."""
    return spread("import of the embedder", [in_fresh_process(IMPORTING) for _ in range(ROUNDS)], "s", bar="<= 0.5")


def memory_row() -> Row:
    """Measure the most memory that a fresh process took to load the model and encode texts of up to 254 pieces."""
    return Row("peak memory of embedding", in_fresh_process(ENCODING), "MB", n=1, bar="<= 250")


def query_row(embedder: Embedder) -> Row:
    """Measure one query of eleven word pieces, tokenizing included."""
    taken = [timed(lambda: embedder.encode([QUERY])) * 1000 for _ in range(10 * ROUNDS)]
    return spread("embedding one query", taken[ROUNDS:], "ms", bar="<= 10")


def retrieval_row(int8: Embedder, f32: Embedder, questions: Sequence[Question], corpus: Sequence[str]) -> Row:
    """Compare nDCG@10 of the two precisions on the same questions: the mean difference and its 95 % interval."""
    gains = ndcg_at_10(int8, questions, corpus) - ndcg_at_10(f32, questions, corpus)
    draw = np.random.default_rng(0).integers(len(gains), size=(2000, len(gains)))
    low, high = np.quantile(gains[draw].mean(axis=1), [0.025, 0.975])
    name = "embedding int8 minus f32, nDCG@10"
    return Row(name, float(gains.mean()), "", float(low), float(high), len(gains), "f32", ">= -0.02")


def ndcg_at_10(embedder: Embedder, questions: Sequence[Question], corpus: Sequence[str]) -> NDArray[np.float64]:
    """Return each question's nDCG@10 with binary relevance (Järvelin and Kekäläinen 2002), (questions,)."""
    scores = embedder.encode([q.query for q in questions]) @ embedder.encode(corpus).T
    discounts = 1 / np.log2(np.arange(2, 12))
    results = []
    for question, row in zip(questions, scores, strict=True):
        hits = np.isin(np.argsort(-row, kind="stable")[:10], question.positives)
        results.append(hits @ discounts[: len(hits)] / discounts[: len(question.positives)].sum())
    return np.array(results)


def spread(name: str, values: Sequence[float], unit: str, baseline: str = "", bar: str = "") -> Row:
    """A row of the median, with the smallest and the largest value."""
    return Row(name, median(values), unit, min(values), max(values), len(values), baseline, bar)


def in_fresh_process(code: str) -> float:
    """Run `code` in a new interpreter and return the number that it prints."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True)
    return float(done.stdout)


def peak_megabytes() -> float:
    """Return the most memory that this process has had in RAM, in MB (2**20 bytes)."""
    if platform.system() == "Linux":  # getrusage would count what the parent had when it started this process
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    if platform.system() == "Windows":
        return _windows_peak() / 2**20
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS


def _windows_peak() -> int:
    """PeakWorkingSetSize of PROCESS_MEMORY_COUNTERS: two 32-bit numbers, then sizes, of which it is the first."""
    import ctypes

    counters = (ctypes.c_size_t * 9)()
    counters[0] = ctypes.sizeof(counters)
    kernel = ctypes.CDLL("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32]
    if not kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), ctypes.sizeof(counters)):
        raise OSError("Windows does not say how much memory this process takes.")
    return int(counters[1])
