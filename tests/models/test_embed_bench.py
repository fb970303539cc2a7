"""The benchmark runs and reports what was promised; speed itself is left to `bench`, on a machine that is quiet."""

import math

import pytest

from groundwork.evaluation import bench_embed


@pytest.mark.slow
def test_every_bar_has_a_row(monkeypatch):
    monkeypatch.setattr(bench_embed, "ROUNDS", 1)
    rows = {row.name: row for row in bench_embed.rows()}
    assert all(math.isfinite(row.value) for row in rows.values())
    bars = {name: row.bar for name, row in rows.items() if row.bar and "sentence-transformers" not in name}
    assert bars == {
        "embedding int8 / NumPy, texts/s at 60 tokens": ">= 3",
        "import of the embedder": "<= 0.5",
        "peak memory of embedding": "<= 250",
        "embedding one query": "<= 10",
        "embedding int8 minus f32, nDCG@10": ">= -0.02",
    }
    assert rows["peak memory of embedding"].ok


def test_ndcg_of_a_perfect_a_late_and_a_missing_answer():
    class Told:
        """Scores by hand: the corpus is the unit vectors, so a query's vector is its scores."""

        def encode(self, texts):
            import numpy as np

            return np.array([[float(number) for number in text.split()] for text in texts])

    corpus = ["1 0 0", "0 1 0", "0 0 1"]
    question = bench_embed.Question
    asked = [question("3 2 1", [0]), question("3 2 1", [1]), question("3 2 1", [2, 0])]
    found = bench_embed.ndcg_at_10(Told(), asked, corpus)
    late = 1 / math.log2(3)
    assert found == pytest.approx([1, late, (1 + 1 / 2) / (1 + late)])
