"""The embedding model as an ONNX graph, built from the published weights: no torch, no exported file to trust.

    python -m groundwork.models.minilm_graph WEIGHTS_FOLDER int8 OUT.onnx

Input `input_ids` (texts, pieces), all texts of one run equally long, so there is no padding and no mask; output
`embedding` (texts, 384), pooled and L2-normalised inside. The arithmetic is `minilm_numpy.embed`, in fused operators of
ONNX Runtime. `f32` keeps the published numbers. `int8` stores each output channel in 7 bits of a signed byte: with the
eighth bit, processors without VNNI instructions (many before 2021) overflow silently in the middle of a sum, and the
same text would get another vector there. Smoothing wins back more than that bit, halving the error (Xiao et al. 2023,
arXiv 2211.10438): channels of the input with large peaks are divided by a factor, and the weights multiplied by it.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from groundwork.files import write_bytes
from groundwork.models.minilm_numpy import EPSILON, HEADS, LAYERS, POSITIONS, Floats, Weights, embed, load

NOT_WRITTEN = 3  # the exit code where OUT can't be written
VERSION = 2  # part of every cache key: raise it when the numbers that a graph computes change
WEIGHT_STEPS = 64  # int8 weights lie in -64 … 64: 255 * 64 * 2 still fits the 16 bits of an AVX2 multiply-add
SMOOTHING = 0.65  # how much of an activation's range moves into the weights; 0.3 to 0.9 tried, this keeps the most
CALIBRATION = (
    "How do I reset my password?",
    "Returns are accepted within 30 days; see https://example.org/returns for the fee of 3.50 EUR.",
    "The quick brown fox jumps over the lazy dog.",
    "Der Umtausch ist 14 Tage lang möglich.",
    "Sleeping bags, tents and stoves: 25% off until 2026-01-31!",
    "import numpy as np; x = np.zeros((3, 4))",
    "Every parcel is insured up to 500 euros, and damage must be reported within 48 hours (with photos). " * 4,
    "12 345 67.8",
    "hi",
    "",
)


def build(folder: Path, precision: str) -> Any:
    """Return the graph as an `onnx.ModelProto`. `folder` holds model.safetensors and tokenizer.json."""
    weights = load(folder)
    return Graph(weights, peaks(weights, folder) if precision == "int8" else None).model()


def peaks(weights: Weights, folder: Path) -> dict[str, Floats]:
    """Return the largest magnitude that each input channel of each linear map had over the calibration texts."""
    from tokenizers import Tokenizer

    found: dict[str, Floats] = {}

    def watch(name: str, x: Floats) -> None:
        peak = np.abs(x).max(axis=(0, 1))
        found[name] = np.maximum(found.get(name, np.float32(1e-3)), peak)

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    for text in CALIBRATION:
        embed(weights, np.array([tokenizer.encode(text).ids]), watch=watch)
    return found


def smoothing(matrix: Floats, peak: Floats) -> Floats:
    """Return the factor of each input channel: its peak ** 0.65 / its largest weight ** 0.35."""
    largest = np.maximum(np.abs(matrix).max(axis=0), 1e-5)
    factors = peak**SMOOTHING / largest ** (1 - SMOOTHING)
    return np.asarray(factors / np.exp(np.log(factors).mean()), np.float32)


def quantised(matrix: Floats, steps: int) -> tuple[np.ndarray[Any, np.dtype[np.int8]], Floats]:
    """Return `matrix` in whole steps and the step of each row, (rows, 1): matrix is about steps times step."""
    step = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / steps
    return np.round(matrix / step).astype(np.int8), step.astype(np.float32)


class Graph:
    """A graph under construction: every method adds operators and returns the name of the tensor they make."""

    def __init__(self, weights: Weights, peaks: dict[str, Floats] | None) -> None:
        self.weights, self.peaks = weights, peaks
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> Any:
        """All operators, from the word pieces to the output, checked."""
        x = self.look_up()
        for layer in range(LAYERS):
            x = self.encoder_layer(f"encoder.layer.{layer}", x)
        return self.finished(*self.output(x))

    def output(self, x: str) -> tuple[list[str], str]:
        """What becomes of the last layer: the names of the graph's inputs, and of its output (texts, width)."""
        pooled = self.op("ReduceMean", x, self.const(np.array([1])), keepdims=0)
        self.op("LpNormalization", pooled, axis=-1, p=2, out=["embedding"])
        return ["input_ids"], "embedding"

    def finished(self, inputs: list[str], output: str) -> Any:
        """The model over all operators so far, checked."""

        from onnx import TensorProto, checker, helper

        ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "pieces"]) for name in inputs]
        out = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["texts", "width"])
        graph = helper.make_graph(self.nodes, "all-MiniLM-L6-v2", ids, [out], self.constants)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        checker.check_model(model)
        return model

    def look_up(self) -> str:
        """Pieces to vectors: what each is, where it stands, which text it is in."""
        part = "embeddings"
        words = self.rows(self.weights[f"{part}.word_embeddings.weight"])
        positions = self.weights[f"{part}.position_embeddings.weight"][:POSITIONS]
        zero, length = self.const(np.array([0])), self.op("Shape", "input_ids", start=1, end=2)
        places = self.op("Slice", self.const(self.placed(positions)), zero, length, zero)
        x = self.segmented(self.op("Add", words, places))
        scale, shift = self.norm_constants(f"{part}.LayerNorm")
        return self.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=EPSILON)

    def placed(self, positions: Floats) -> Floats:
        """What a piece's place adds to it; a single text is always the first of a pair, which is added here, too."""
        table: Floats = positions + self.weights["embeddings.token_type_embeddings.weight"][0]
        return table

    def segmented(self, x: str) -> str:
        """What the text of a pair adds to its pieces: nothing more for a single text."""
        return x

    def rows(self, table: Floats) -> str:
        """Gather rows of a table that is stored in bytes where the rest is, too."""
        if self.peaks is None:
            return self.op("Gather", self.const(table), "input_ids")
        steps, step = quantised(table, 127)
        picked = self.op("Cast", self.op("Gather", self.const(steps), "input_ids"), to=1)
        return self.op("Mul", picked, self.op("Gather", self.const(step), "input_ids"))

    def encoder_layer(self, name: str, x: str) -> str:
        """Attention, then each piece by itself."""
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        query, key, value = self.split(self.linear(parts, x))
        mixed = self.fused("MultiHeadAttention", query, key, value, num_heads=HEADS)
        x = self.add_norm(
            f"{name}.attention.output.LayerNorm", self.linear([f"{name}.attention.output.dense"], mixed), x
        )
        inner = self.op("Gelu", self.linear([f"{name}.intermediate.dense"], x))
        return self.add_norm(f"{name}.output.LayerNorm", self.linear([f"{name}.output.dense"], inner), x)

    def linear(self, names: list[str], x: str) -> str:
        """One matrix product for all the linear maps in `names`, which have the same input."""
        matrix = np.concatenate([self.weights[f"{name}.weight"] for name in names])
        bias = self.const(np.concatenate([self.weights[f"{name}.bias"] for name in names]))
        if self.peaks is None:
            return self.op("Add", self.op("MatMul", x, self.const(matrix.T)), bias)
        factors = smoothing(matrix, self.peaks[f"{names[0]}.weight"])
        steps, step = quantised(matrix * factors, WEIGHT_STEPS)
        x = self.op("Mul", x, self.const(1 / factors))
        return self.fused("DynamicQuantizeMatMul", x, self.const(steps.T), self.const(step[:, 0]), "", bias)

    def add_norm(self, name: str, x: str, residual: str) -> str:
        """The sum of both, normalised."""
        scale, shift = self.norm_constants(name)
        return self.fused("SkipLayerNormalization", x, residual, scale, shift, epsilon=EPSILON)

    def norm_constants(self, name: str) -> tuple[str, str]:
        """Scale and shift of a layer norm."""
        return self.const(self.weights[f"{name}.weight"]), self.const(self.weights[f"{name}.bias"])

    def split(self, x: str) -> list[str]:
        """The three parts of what attention needs."""
        names = [f"{x}.{part}" for part in ("query", "key", "value")]
        self.op("Split", x, axis=-1, num_outputs=3, out=names)
        return names

    def const(self, array: np.ndarray[Any, Any]) -> str:
        """An array as a constant."""
        from onnx import numpy_helper

        name = f"constant.{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """An operator of ONNX Runtime's own."""
        return self.op(kind, *inputs, domain="com.microsoft", **attributes)

    def op(self, kind: str, *inputs: str, out: list[str] | None = None, domain: str = "", **attributes: Any) -> str:
        """An operator; its outputs are called `out`, or else after it."""
        from onnx import helper

        names = out or [f"{kind}.{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, inputs, names, name=names[0], domain=domain, **attributes))
        return names[0]


def written(model: Any, out: Path) -> int:
    """Write a graph to a file, whole or not at all. Return an exit code."""
    try:
        write_bytes(out, model.SerializeToString(deterministic=True))
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return NOT_WRITTEN
    return 0


def main(arguments: list[str]) -> int:
    """Build the embedding model's graph into a file. Return an exit code."""
    folder, precision, out = Path(arguments[0]), arguments[1], Path(arguments[2])
    return written(build(folder, precision), out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
