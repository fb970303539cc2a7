"""The learned order: features mean what they say, the stored model fits this version, and order is all that changes."""

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

from groundwork.search.documents import load
from groundwork.search.index import Index, Scope
from groundwork.search.linear import LinearError
from groundwork.search.rerank import FEATURES, STORED, Candidate, Reranker, features
from tests.conftest import WordEncoder

DATE = datetime.date(2026, 9, 15)
PLAIN = Candidate(
    text="Tents come back within 45 days.",
    kind="policy",
    fused=0.03,
    bm25=2.0,
    cosine=0.5,
    keyword_rank=1,
    vector_rank=4,
    current=True,
    own_region=False,
    tokens=frozenset({"tent", "day"}),
    heading_tokens=frozenset(),
)


def named(row: np.ndarray) -> dict[str, float]:
    return dict(zip(FEATURES, row.tolist(), strict=True))


def test_features_by_hand() -> None:
    row = named(features("How many days for a tent?", [PLAIN], {"day": 1.0, "many": 1.0, "tent": 2.0})[0])
    assert row["coverage"] == pytest.approx(3 / 4)
    assert (row["keyword_place"], row["vector_place"]) == (1.0, 0.25)
    assert (row["bm25_share"], row["cosine_gap"]) == (1.0, 0.0)
    assert (row["current"], row["is_rule"], row["is_help"], row["has_amount"]) == (1.0, 1.0, 0.0, 1.0)


def test_an_amount_counts_only_where_one_is_asked_for() -> None:
    assert named(features("Is a tent waterproof?", [PLAIN], {})[0])["has_amount"] == 0.0


def test_no_candidates_no_rows() -> None:
    assert features("tent", [], {}).shape == (0, len(FEATURES))


def test_the_stored_model_is_of_this_version_and_prefers_what_is_in_force() -> None:
    model = Reranker.load()
    assert json.loads(model.as_json()) == json.loads(STORED.read_text(encoding="utf-8"))
    assert dict(zip(FEATURES, model.weights.tolist(), strict=True))["current"] > 0


@pytest.mark.parametrize("content", ["", "{}", '{"fused": {"weight": 1}}', "[1]"])
def test_another_versions_model_is_refused_with_the_way_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(LinearError, match=r"course\.py evaluate search --fit"):
        Reranker.load(tmp_path / "model.json")


def test_reranking_changes_the_order_and_nothing_else(folder: Path) -> None:
    index = Index.build(load(folder), WordEncoder(), reranker=Reranker.load())
    scope = Scope(date=DATE)
    fused = index.fused("tents returned within days", scope)
    learned = index.reranked("tents returned within days", fused, scope)
    assert {hit.chunk.id for hit in fused} == {hit.chunk.id for hit in learned}
    assert [hit.score for hit in learned] == sorted((hit.score for hit in learned), reverse=True)
    assert learned[0].chunk.document.id == "returns"
    assert index.reranked("tents", [], scope) == []
