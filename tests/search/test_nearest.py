"""The same search over vectors in this process and in the server that GROUNDWORK_VECTORS names."""

import datetime
from pathlib import Path

import pytest

from groundwork.search.documents import load
from groundwork.search.index import Index, Scope
from groundwork.search.milvus import VectorStoreError
from tests.conftest import WordEncoder

SCOPE = Scope(region="us", date=datetime.date(2026, 9, 15))
QUESTIONS = ("tents returned within days", "express parcels", "goodwill credit", "warranty")


def hits(index: Index, scope: Scope = SCOPE) -> list[list[tuple[str, float]]]:
    return [[(hit.chunk.id, round(hit.cosine, 4)) for hit in index.search(text, 5, scope)] for text in QUESTIONS]


def test_the_same_hits_from_a_vector_server(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("milvus_lite", reason="milvus-lite is in env/ci.lock, which `course.py test` installs")
    here = Index.build(load(folder), WordEncoder())
    monkeypatch.setenv("GROUNDWORK_VECTORS", str(tmp_path / "vectors.db"))
    there = Index.build(load(folder), WordEncoder())
    assert hits(there) == hits(here)
    assert not [name for found in hits(there) for name, _ in found if name.startswith("staff")]
    staff = Scope(frozenset({"public", "staff"}), "us", SCOPE.date)
    assert hits(there, staff) == hits(here, staff)


def test_a_server_that_does_not_answer_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pymilvus", reason="pymilvus is in env/ci.lock, which `course.py test` installs")
    monkeypatch.setattr("groundwork.search.milvus.TIMEOUT", 1.0)
    monkeypatch.setenv("GROUNDWORK_VECTORS", "http://user:secret@127.0.0.1:9")
    with pytest.raises(VectorStoreError, match=r"http://127\.0\.0\.1:9 failed to connect") as caught:
        Index.build(load(folder), WordEncoder())
    assert "secret" not in str(caught.value)
