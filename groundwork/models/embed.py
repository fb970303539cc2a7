"""Texts to vectors: all-MiniLM-L6-v2 on ONNX Runtime, 384 dimensions, length 1, so that a dot product is a cosine.

    >>> from groundwork.models.embed import default_embedder
    >>> default_embedder().encode(["How long may I keep it?", "Returns within 30 days"]).shape
    (2, 384)

Each text runs through the graph by itself, one thread a text, the longest first. That is as fast as padded batches
(nothing is computed for padding, no thread waits for another) and makes a vector depend on its text alone: the same
bits in any batch and order. In a padded batch of 8-bit activations the loudest text sets the scale of all the others.
"""

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from groundwork.errors import GroundworkError
from groundwork.models import graph_cache, weights
from groundwork.models.vector_cache import VectorCache
from groundwork.paths import cache_dir

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]

MODEL = "all-MiniLM-L6-v2"
WINDOW = 256  # word pieces that the model reads at once, [CLS] and [SEP] included
CLS, SEP = 101, 102
CHARACTERS = 20_000  # longest stretch handed to the tokenizer at once: bounds the memory that a huge text takes
BLOCK = 256  # texts computed and cached before the next ones are looked at
VERSION = 1  # part of `Embedder.id`: raise it when windows are cut or combined in another way

Precision = Literal["int8", "f32"]


class EmbeddingError(GroundworkError):
    """Something was handed over that can't be embedded."""


class Embedder:
    """The embedding model in memory. Safe to share between threads."""

    dimensions = 384

    def __init__(self, precision: Precision = "int8", threads: int | None = None, cache: bool = True) -> None:
        """Load the model, fetching and building it the first time.

        `precision`: "int8" is nearly twice as fast and a quarter as large; "f32" has the published numbers (the cosine
        of a text's two vectors is 0.997 in English on average, 0.98 to 0.99 in other scripts). `threads`: texts
        computed at a time, by default one per core. `cache`: look vectors up on disk first and keep new ones there.
        Raises EmbeddingError, GraphError, WeightsError.
        """
        if precision not in ("int8", "f32"):
            raise EmbeddingError(f'precision must be "int8" or "f32", not {precision!r}.')
        from tokenizers import Tokenizer

        folder = weights.path(MODEL)
        self.precision = precision
        self.threads = threads or cores()
        self.id = _identity(precision)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()  # the published file pads to, and cuts at, 128 pieces
        self._tokenizer.no_truncation()
        self._session = graph_cache.session(folder, precision, self.id)
        self._cache = VectorCache(cache_dir() / "vectors" / f"{self.id}.sqlite", self.dimensions) if cache else None

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> Floats:
        """Return the vectors of texts, float32 (len(texts), 384), each of length 1, in the order given.

        More than 254 word pieces are cut into windows of nearly equal length; the text's vector is the mean of theirs,
        weighted by length and brought back to length 1. A text without any word piece (empty, blank, control
        characters) gets the model's vector of nothing, the same for all of them. NUL and lone surrogates are left out.
        `progress` shows a bar on stderr. Raises EmbeddingError if `texts` is a single string or holds anything else.
        """
        _check(texts)
        unique = list(dict.fromkeys(texts))
        vectors: dict[str, Floats] = {}
        with _bar(len(unique), progress) as bar:
            for start in range(0, len(unique), BLOCK):
                block = unique[start : start + BLOCK]
                vectors.update(self._block(block))
                bar.update(len(block))
        rows = [vectors[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), np.float32)

    def pieces(self, text: str) -> Ids:
        """Return the word pieces of a text of any length, without [CLS] and [SEP]; `encode` reads 254 at once."""
        parts = [self._tokenizer.encode(part, add_special_tokens=False).ids for part in _stretches(valid(text))]
        return np.concatenate([np.array(part, np.int64) for part in parts])

    def _block(self, texts: list[str]) -> dict[str, Floats]:
        """Vectors of some different texts: from the cache, or computed and then kept there."""
        keys = {text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts}
        found = self._cache.get_many(list(keys.values())) if self._cache else {}
        missing = [text for text in texts if keys[text] not in found]
        found |= {keys[text]: vector for text, vector in zip(missing, self._compute(missing), strict=True)}
        if self._cache:
            self._cache.put_many({keys[text]: found[keys[text]] for text in missing})
        return {text: found[key] for text, key in keys.items()}

    def _compute(self, texts: list[str]) -> list[Floats]:
        """Run every window of every text, the longest first so that no thread is left with it at the end."""
        windows = [(number, window) for number, text in enumerate(texts) for window in split(self.pieces(text))]
        windows.sort(key=lambda numbered: -len(numbered[1]))
        sums = np.zeros((len(texts), self.dimensions), np.float64)
        for (number, window), vector in zip(windows, self._run([w for _, w in windows]), strict=True):
            sums[number] += max(len(window), 1) * vector
        return list((sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32))

    def _run(self, windows: list[Ids]) -> Iterable[Floats]:
        if len(windows) < 2 or self.threads == 1:
            return map(self._vector, windows)
        with ThreadPoolExecutor(self.threads, thread_name_prefix="embed") as pool:
            return list(pool.map(self._vector, windows))

    def _vector(self, window: Ids) -> Floats:
        ids = np.concatenate([[CLS], window, [SEP]])[None, :]
        vector: Floats = self._session.run(["embedding"], {"input_ids": ids})[0][0]
        return vector


def split(pieces: Ids) -> list[Ids]:
    """Cut word pieces into the fewest windows that fit, of nearly equal length (300 pieces -> 150 and 150)."""
    room = WINDOW - 2
    return np.array_split(pieces, max(1, -(-len(pieces) // room)))


_default: Embedder | None = None
_lock = threading.Lock()


def default_embedder() -> Embedder:
    """Return the embedder that everything in this process shares, loading it the first time."""
    global _default
    with _lock:
        _default = _default or Embedder()
        return _default


def _identity(precision: Precision) -> str:
    """Name the numbers: the hash of the weights and the tokenizer, the precision, and how both are used."""
    files = sorted((file.name, file.sha256) for file in weights.load_manifest()[MODEL].files)
    content = repr((files, precision, graph_cache.VERSION, VERSION))
    return f"{MODEL}-{precision}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"


def _check(texts: Sequence[str]) -> None:
    if isinstance(texts, str | bytes):
        raise EmbeddingError(f"encode takes a list of texts, not one text: encode([{texts[:40]!r}]).")
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise EmbeddingError(f"Text number {number} is a {type(text).__name__}, not a str: {text!r:.80}.")


def valid(text: str) -> str:
    """Replace surrogates that have lost their other half (broken emoji); UTF-8 and the tokenizer can't hold them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _stretches(text: str) -> Iterator[str]:
    """Cut a huge text at white space (or anywhere, in a word of 10,000 characters), so that no piece changes."""
    start = 0
    while len(text) - start > CHARACTERS:
        furthest = start + CHARACTERS
        end = 1 + max(text.rfind(blank, start + CHARACTERS // 2, furthest) for blank in " \n\t") or furthest
        yield text[start:end]
        start = end
    yield text[start:]


def cores() -> int:
    """Cores that this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _bar(total: int, shown: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, unit="text", desc="embedding", disable=not shown)
