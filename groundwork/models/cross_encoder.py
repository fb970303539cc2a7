"""Question and sentence read together: a score for "this sentence answers it", where 0 is as likely as not answering.

    >>> CrossEncoder().scores("How heavy is it?", [Passage("Specifications", "", "It weighs 900 g."), ...])
    array([ 3.1, ...])

An embedding squeezes a sentence into one vector before anyone has asked; here every word of the question looks at every
word of the sentence (Nogueira and Cho 2019, arXiv 1901.04085). So it can tell the weight from the permitted load, and
must run once for every sentence. The model is all-MiniLM-L6-v2, fitted further by `course.py train`, with a linear
head. What the fitting changed is stored as a matrix of low rank for each linear map (`cross_encoder.safetensors`), and
merged into the published weights when the graph is built.
"""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from groundwork.errors import GroundworkError
from groundwork.models import graph_cache, weights
from groundwork.models.embed import CLS, MODEL, SEP, cores, valid
from groundwork.models.minilm_numpy import Floats, Weights, load, look_up, states

Ids = NDArray[np.int64]

STORED = Path(__file__).with_name("cross_encoder.safetensors")
GRAPH = "groundwork.models.cross_encoder_graph"
VERSION = 2  # part of the graph's name: raise it when the numbers change though the weights do not
LONGEST = 96  # word pieces read of the question, and of the sentence
CHARACTERS = 4000  # of a text, before it is cut into pieces
CONTEXT = 24  # word pieces read of the heading and of the sentence before, from their ends, and of a known question
KNOWN = 3  # questions read that a passage is known to answer


class CrossEncoderError(GroundworkError):
    """The stored change does not fit the published model."""


class Passage(NamedTuple):
    """A sentence as it is read: under which heading, after which sentence ("" for the first), and how it is asked for.

    `asked` are questions that the sentence is known to answer.
    """

    heading: str
    before: str
    text: str
    asked: tuple[str, ...] = ()


class Tokens:
    """Texts to word pieces, and a question and a passage to what the model reads."""

    def __init__(self, folder: Path) -> None:
        """Read `tokenizer.json` in `folder`."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def pieces(self, text: str) -> list[int]:
        """Word pieces without [CLS] and [SEP], of as many characters as can matter."""
        found: list[int] = self._tokenizer.encode(valid(text)[:CHARACTERS], add_special_tokens=False).ids
        return found

    def pair(self, question: str, passage: Passage) -> Ids:
        """[CLS] question [SEP] sentence [SEP] heading [SEP] before [SEP]: pieces and segments, int64 (2, pieces).

        The sentence alone is segment 1, so that what only stands around it is not taken for the answer. The questions
        that it is known to answer follow, each with a [SEP].
        """
        asked, text = self.pieces(question)[:LONGEST], self.pieces(passage.text)[:LONGEST]
        heading, before = self.pieces(passage.heading)[-CONTEXT:], self.pieces(passage.before)[-CONTEXT:]
        known = [piece for one in passage.asked[:KNOWN] for piece in (*self.pieces(one)[:CONTEXT], SEP)]
        ids = [CLS, *asked, SEP, *text, SEP, *heading, SEP, *before, SEP, *known]
        first, second = len(asked) + 2, len(text) + 1
        segments = [0] * first + [1] * second + [0] * (len(ids) - first - second)
        return np.array([ids, segments], np.int64)


class CrossEncoder:
    """The model in memory. Safe to share between threads; a score depends on its pair alone, in any batch."""

    def __init__(self, threads: int | None = None) -> None:
        """Load the model, fetching and building it the first time. Raises CrossEncoderError, GraphError, WeightsError.

        `threads`: passages read at a time, by default one per core.
        """
        folder = weights.path(MODEL)
        self.threads = threads or cores()
        self.tokens = Tokens(folder)
        self._session = graph_cache.session(folder, "f32", f"cross-encoder-{identity()}", GRAPH)

    def scores(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float64]:
        """How well each passage answers, float64 (n,): the log-odds against "nothing here answers"."""
        pairs = [self.tokens.pair(question, passage) for passage in passages]
        order = sorted(range(len(pairs)), key=lambda row: -pairs[row].shape[1])
        found = np.zeros(len(pairs))
        if len(pairs) < 2 or self.threads == 1:
            found[:] = [self._score(pair) for pair in pairs]
        else:
            with ThreadPoolExecutor(self.threads, thread_name_prefix="cross-encoder") as pool:
                found[order] = list(pool.map(self._score, (pairs[row] for row in order)))
        return found

    def _score(self, pair: Ids) -> float:
        ids, segments = pair[:1], pair[1:]
        return float(self._session.run(["score"], {"input_ids": ids, "segment_ids": segments})[0][0, 0])


def merged(tensors: Weights, change: Weights) -> Weights:
    """The published tensors with the change: matrices plus up @ down, everything else replaced; and the head.

    Raises CrossEncoderError for a change of other names or shapes.
    """
    result = dict(tensors)
    try:
        for name, value in change.items():
            stem, _, kind = name.rpartition(".")
            if kind == "down":
                result[f"{stem}.weight"] = tensors[f"{stem}.weight"] + change[f"{stem}.up"] @ value
            elif kind != "up":
                if name in tensors and tensors[name].shape != value.shape:
                    raise ValueError(f"{name} is {value.shape}, not {tensors[name].shape}")
                result[name] = value
        if result["head.weight"].shape != (2 * tensors["embeddings.LayerNorm.weight"].shape[0], 1):
            raise ValueError(f"head.weight is {result['head.weight'].shape}")
    except (KeyError, ValueError) as error:
        raise CrossEncoderError(
            f"{STORED} does not fit the published model: {error}. Restore it, or make it with: course.py train"
        ) from None
    return result


def stored_change(path: Path = STORED) -> Weights:
    """The stored tensors, float32. Raises CrossEncoderError if the file is none."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise CrossEncoderError(f"{path} can't be read: {error}. Restore it from the project.") from None


def model_weights(folder: Path) -> Weights:
    """The cross-encoder's tensors from the published ones in `folder` and the stored change."""
    return merged(load(folder), stored_change())


def score_in_numpy(tensors: Weights, pair: Ids) -> float:
    """One pair's score written out: states of all layers, first piece and mean side by side, a linear map."""
    x: Floats = states(tensors, look_up(tensors, pair[:1], pair[1:]), np.ones_like(pair[:1]))
    seen = np.concatenate([x[:, 0], x.mean(axis=1)], axis=1)
    return float((seen @ tensors["head.weight"] + tensors["head.bias"])[0, 0])


def identity() -> str:
    """Name the numbers: the hash of both sets of weights, and how they are used."""
    files = sorted((file.name, file.sha256) for file in weights.load_manifest()[MODEL].files)
    change = hashlib.sha256(STORED.read_bytes()).hexdigest() if STORED.is_file() else ""
    return hashlib.sha256(repr((files, change, graph_cache.VERSION, VERSION)).encode()).hexdigest()[:16]


_default: CrossEncoder | None = None
_lock = threading.Lock()


def default_cross_encoder() -> CrossEncoder:
    """Return the cross-encoder that everything in this process shares, loading it the first time."""
    global _default
    with _lock:
        _default = _default or CrossEncoder()
        return _default
