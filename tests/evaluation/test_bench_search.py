"""The search benchmark: made vectors are reproducible, and a measurement that was made is not made again."""

import json
from pathlib import Path

import numpy as np
import pytest

from groundwork.evaluation import bench_search
from groundwork.evaluation.bench_search import LARGE, Measured, as_rows, made, measure, pipeline_rows
from groundwork.search.vectors import KINDS, choose


def test_made_vectors_are_reproducible_unit_vectors_around_shared_topics() -> None:
    vectors, queries = made(400), made(50, 1, topics=2)
    assert (vectors == made(400)).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    nearest = (queries @ vectors.T).max(axis=1)
    assert 0.4 < nearest.mean() < 0.95


def test_measurements_are_kept_and_the_rest_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_search, "QUERIES", 20)
    first = measure(600, tmp_path)
    assert [one.kind for one in first] == list(KINDS)
    assert all(one.recall > 0.8 and one.megabytes > 0 and one.p50 <= one.p95 for one in first)
    assert first[0].recall == 1
    assert measure(600, tmp_path) == first
    (tmp_path / "vectors-600-exact.json").write_text("{", encoding="utf-8")
    old = tmp_path / "vectors-600-ivf.json"
    old.write_text(json.dumps(json.loads(old.read_text(encoding="utf-8")) | {"recipe": 0}), encoding="utf-8")
    again = measure(600, tmp_path)
    assert again[0] != first[0] and again[1] != first[1] and again[2:] == first[2:]


def test_the_bars_are_on_what_is_chosen_for_a_million() -> None:
    def bars(kind: str, n: int) -> list[str]:
        one = Measured(n, kind, 0.97, 1, 2, 3, 4, 5)  # type: ignore[arg-type]
        return [row.bar for row in as_rows(one) if row.bar]

    assert bars(choose(LARGE), LARGE) == [">= 0.95", "<= 10", "<= 360"]
    assert bars("exact", LARGE) == bars(choose(LARGE), 20_000) == []


def test_without_the_shop_its_rows_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_search, "SHOP", tmp_path)
    assert list(pipeline_rows()) == []
    assert "course.py shop" in capsys.readouterr().err
