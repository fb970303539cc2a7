"""The cross-encoder as an ONNX graph: the embedding model's, with segments, a change merged in, and a head.

python -m groundwork.models.cross_encoder_graph WEIGHTS_FOLDER f32 OUT.onnx
"""

import sys
from pathlib import Path

import numpy as np

from groundwork.models.cross_encoder import model_weights
from groundwork.models.minilm_graph import Graph, written
from groundwork.models.minilm_numpy import Floats


class CrossEncoderGraph(Graph):
    """Inputs `input_ids` and `segment_ids` (pairs, pieces), unpadded; output `score` (pairs, 1)."""

    def placed(self, positions: Floats) -> Floats:
        """Segments differ here, so they are added by piece."""
        return positions

    def segmented(self, x: str) -> str:
        """Add what the text of the pair adds to its pieces."""
        table = self.const(self.weights["embeddings.token_type_embeddings.weight"])
        return self.op("Add", x, self.op("Gather", table, "segment_ids"))

    def output(self, x: str) -> tuple[list[str], str]:
        """The first piece and the mean of all, side by side, to one number."""
        axis = self.const(np.array([1]))
        first = self.op("Squeeze", self.op("Slice", x, self.const(np.array([0])), axis, axis), axis)
        both = self.op("Concat", first, self.op("ReduceMean", x, axis, keepdims=0), axis=1)
        raw = self.op("MatMul", both, self.const(self.weights["head.weight"]))
        self.op("Add", raw, self.const(self.weights["head.bias"]), out=["score"])
        return ["input_ids", "segment_ids"], "score"


def main(arguments: list[str]) -> int:
    """Write the graph to a file, whole or not at all. Return an exit code."""
    folder, out = Path(arguments[0]), Path(arguments[2])
    return written(CrossEncoderGraph(model_weights(folder), None).model(), out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
