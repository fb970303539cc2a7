"""all-MiniLM-L6-v2 written out in NumPy: word pieces in, one vector out, nothing hidden.

    >>> weights = load(folder)                                  # {"embeddings.word_embeddings.weight": (30522, 384), …}
    >>> embed(weights, np.array([[101, 7592, 102]])).shape      # [CLS] hello [SEP]
    (1, 384)

The model is BERT (Devlin et al. 2019, arXiv 1810.04805) with 6 layers of width 384, distilled by Wang et al. (2020,
arXiv 2002.10957) and tuned on a billion pairs of sentences (sentence-transformers/all-MiniLM-L6-v2). Left out: dropout
and the pooler, which only training needs. `embed.py` runs the same arithmetic on ONNX Runtime, several times faster.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = dict[str, Floats]
Watch = Callable[[str, Floats], None]

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
EPSILON = 1e-12
POSITIONS = 256  # the published model was tuned on, and reads, at most 256 word pieces


def load(folder: Path) -> Weights:
    """Read `model.safetensors` in `folder`: every tensor by its published name, float32 (a matrix is (out, in))."""
    from safetensors.numpy import load_file

    tensors = load_file(folder / "model.safetensors")
    return {name: tensor for name, tensor in tensors.items() if tensor.dtype == np.float32 and "pooler" not in name}


def embed(weights: Weights, ids: NDArray[np.integer], mask: NDArray[np.integer] | None = None,
          watch: Watch | None = None) -> Floats:  # fmt: skip
    """Return the L2-normalised vectors (texts, 384) of word pieces `ids` (texts, pieces), [CLS] and [SEP] included.

    `mask` (texts, pieces) is 1 for a piece and 0 for padding; None means that nothing is padded. `watch` is shown the
    input of every linear map, (texts, pieces, in), under the name of its weight: quantisation needs their ranges.
    """
    mask = np.ones_like(ids) if mask is None else mask
    return normalise(mean_pool(states(weights, look_up(weights, ids), mask, watch), mask))


def states(weights: Weights, x: Floats, mask: NDArray[np.integer], watch: Watch | None = None) -> Floats:
    """Run pieces (n, pieces, 384), as they were looked up, through all layers; same shape."""
    watch = watch or (lambda name, x: None)
    for layer in range(LAYERS):
        x = encoder_layer(weights, f"encoder.layer.{layer}", x, mask, watch)
    return x


def look_up(weights: Weights, ids: NDArray[np.integer], segments: NDArray[np.integer] | None = None) -> Floats:
    """Give every piece the sum of what it is, where it stands, and which text of a pair it is in.

    `segments` (texts, pieces) is 0 for the first text and 1 for the second; None means that there is only one.
    """
    part = "embeddings"
    word = weights[f"{part}.word_embeddings.weight"][ids]
    position = weights[f"{part}.position_embeddings.weight"][: ids.shape[1]]
    segment = weights[f"{part}.token_type_embeddings.weight"][0 if segments is None else segments]
    return layer_norm(weights, f"{part}.LayerNorm", word + position + segment)


def encoder_layer(weights: Weights, name: str, x: Floats, mask: NDArray[np.integer], watch: Watch) -> Floats:
    """Mix the pieces by attention, then transform each by itself; both add to what was there. (n, pieces, 384)."""
    mixed = linear(weights, f"{name}.attention.output.dense", attention(weights, name, x, mask, watch), watch)
    x = layer_norm(weights, f"{name}.attention.output.LayerNorm", x + mixed)
    inner = gelu(linear(weights, f"{name}.intermediate.dense", x, watch))
    outer = linear(weights, f"{name}.output.dense", inner, watch)
    return layer_norm(weights, f"{name}.output.LayerNorm", x + outer)


def attention(weights: Weights, name: str, x: Floats, mask: NDArray[np.integer], watch: Watch) -> Floats:
    """Let every piece take a weighted mean of all pieces' values, in 12 heads of width 32. (n, pieces, 384)."""
    query, key, value = (
        split_heads(linear(weights, f"{name}.attention.self.{part}", x, watch)) for part in ("query", "key", "value")
    )
    scores = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(WIDTH // HEADS))  # (n, heads, pieces, pieces)
    scores = np.where(mask[:, None, None, :] > 0, scores, np.float32(-1e9))
    mixed = softmax(scores) @ value
    return mixed.swapaxes(1, 2).reshape(x.shape)


def split_heads(x: Floats) -> Floats:
    """(n, pieces, 384) -> (n, 12, pieces, 32)."""
    n, pieces, width = x.shape
    return x.reshape(n, pieces, HEADS, width // HEADS).swapaxes(1, 2)


def linear(weights: Weights, name: str, x: Floats, watch: Watch) -> Floats:
    """x Wᵀ + b."""
    watch(f"{name}.weight", x)
    y: Floats = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return y


def layer_norm(weights: Weights, name: str, x: Floats) -> Floats:
    """Give each piece mean 0 and variance 1, then a learnt scale and shift (Ba et al. 2016, arXiv 1607.06450)."""
    centred: Floats = x - x.mean(axis=-1, keepdims=True)
    variance: Floats = (centred * centred).mean(axis=-1, keepdims=True)
    standard: Floats = centred / np.sqrt(variance + np.float32(EPSILON))
    scaled: Floats = standard * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return scaled


def softmax(scores: Floats) -> Floats:
    """Turn scores into weights that sum to 1; the largest is taken off first, so that exp can't overflow."""
    powers: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def gelu(x: Floats) -> Floats:
    """x times the chance that a standard normal is below x (Hendrycks and Gimpel 2016, arXiv 1606.08415)."""
    return np.float32(0.5) * x * (1 + erf(x * np.float32(np.sqrt(0.5))))


def erf(x: Floats) -> Floats:
    """The error function to 1e-6 (Abramowitz and Stegun 7.1.26); three times as fast here as SciPy's exact one."""
    t = 1 / (1 + np.float32(0.3275911) * np.abs(x))
    tail = np.zeros_like(t)
    for coefficient in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail = (tail + np.float32(coefficient)) * t
    size: Floats = 1 - tail * np.exp(-x * x)
    return np.copysign(size, x)


def mean_pool(x: Floats, mask: NDArray[np.integer]) -> Floats:
    """The mean of a text's pieces, padding left out: (n, pieces, 384) -> (n, 384)."""
    kept = mask[:, :, None].astype(np.float32)
    pooled: Floats = (x * kept).sum(axis=1) / kept.sum(axis=1)
    return pooled


def normalise(vectors: Floats) -> Floats:
    """Scale every row to length 1, so that a dot product is a cosine."""
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
