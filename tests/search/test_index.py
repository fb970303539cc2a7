"""Search: who may read what, what is in force, and how the two rankings meet."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.search.documents import Corpus, load
from groundwork.search.fusion import reciprocal_rank_fusion
from groundwork.search.index import Index, Scope
from groundwork.search.keyword import Keywords, stem, tokenize
from tests.conftest import WordEncoder

DATE = datetime.date(2026, 9, 15)


@pytest.fixture
def index(folder: Path, encoder: WordEncoder) -> Index:
    return Index.build(load(folder), encoder)


def found(index: Index, question: str, **scope: object) -> list[str]:
    return [hit.chunk.document.id for hit in index.search(question, 10, Scope(date=DATE, **scope))]


def test_the_rule_in_force_comes_before_the_superseded_one(index: Index) -> None:
    hits = index.search("tents returned within days of delivery", 10, Scope(date=DATE))
    order = [hit.chunk.document.id for hit in hits]
    assert order.index("returns") < order.index("returns-old")
    assert [hit.current for hit in hits if hit.chunk.document.id == "returns-old"] == [False]


def test_an_earlier_date_turns_the_order_round(index: Index) -> None:
    hits = index.search("tents returned within days of delivery", 10, Scope(date=datetime.date(2024, 5, 1)))
    assert hits[0].chunk.document.id == "returns-old"


def test_another_regions_rule_is_kept_and_marked(index: Index) -> None:
    for region, current in (("uk", True), ("us", False), (None, False)):
        hits = index.search("express parcels", 10, Scope(date=DATE, region=region))
        assert [hit.current for hit in hits if hit.chunk.document.id == "delivery-uk"] == [current]


def test_staff_documents_are_found_by_staff_only(index: Index) -> None:
    assert "staff-limits" not in found(index, "goodwill credit without asking a lead")
    assert found(index, "goodwill credit", audiences=frozenset({"public", "staff"}))[0] == "staff-limits"


@given(st.text(alphabet="tent goodwill creditlabel?", min_size=1, max_size=60))
def test_a_customers_results_are_the_same_without_the_staff_documents(tmp_path_factory, text: str) -> None:
    encoder = WordEncoder()
    corpus = corpus_of(tmp_path_factory)
    public = Corpus([document for document in corpus.documents if document.audience == "public"])
    with_staff, without = (Index.build(c, encoder).search(text, 10, Scope(date=DATE)) for c in (corpus, public))
    assert [(hit.chunk.id, hit.score, hit.cosine) for hit in with_staff] == [
        (hit.chunk.id, hit.score, hit.cosine) for hit in without
    ]


def corpus_of(factory: pytest.TempPathFactory) -> Corpus:
    folder = factory.mktemp("corpus")
    for audience in ("public", "staff"):
        for number in range(3):
            text = f"---\naudience: {audience}\n---\nThe tent goodwill credit label {number} of {audience}."
            (folder / f"{audience}{number}.md").write_text(text, encoding="utf-8")
    return load(folder)


def test_k_may_exceed_the_corpus_and_the_question_may_be_huge(index: Index) -> None:
    assert len(index.search("tents", 1000, Scope(date=DATE))) == 5
    assert index.search("tents and boots " * 3_000, 3, Scope(date=DATE))


def test_a_question_without_a_known_word_still_finds_the_nearest(index: Index) -> None:
    hits = index.search("zzz qqq", 3, Scope(date=DATE))
    assert all(hit.keyword_rank is None and hit.vector_rank is not None for hit in hits)


def test_fusion_adds_reciprocal_ranks() -> None:
    fused = dict(reciprocal_rank_fusion([["a", "b"], ["b", "c"]], k=60))
    assert fused == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})


def test_bm25_agrees_with_the_formula_by_hand() -> None:
    """Lucene's BM25 on three texts: idf = ln(1 + (N - n + 0.5) / (n + 0.5)), tf saturated with k1 1.2 and b 0.75."""
    import math

    texts = ["tent tent pole", "tent", "boot lace sole wax"]
    mean = sum(len(text.split()) for text in texts) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = [idf * tf / (tf + 1.2 * (0.25 + 0.75 * size / mean)) for tf, size in ((2, 3), (1, 1), (0, 4))]
    assert Keywords.build(texts).scores("tents?").tolist() == pytest.approx(expected, abs=1e-6)


def test_tokens_keep_codes_and_fold_plurals() -> None:
    assert tokenize("How do I return the TX-40's batteries for $4.50?") == ["return", "tx-40", "battery", "4.50"]
    assert [stem(word) for word in ("glass", "gas", "zips", "bus")] == ["glass", "gas", "zip", "bus"]
