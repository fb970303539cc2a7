"""Metrics and intervals against by-hand values, properties and the field's libraries."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.evaluation.metrics import mrr, ndcg_at_k, recall_at_k, reciprocal_rank, success_at_k
from groundwork.evaluation.statistics import (
    bootstrap_interval,
    paired_bootstrap,
    permutation_test,
    wilson_interval,
)

IDS = [f"d{n}" for n in range(12)]
RANKINGS = st.lists(st.sampled_from(IDS), unique=True, max_size=12)
QRELS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), min_size=1)


def test_by_hand() -> None:
    ranking, truth = ["x", "a", "y", "b"], {"a": 1, "b": 1}
    assert recall_at_k(ranking, truth, 3) == 0.5
    assert success_at_k(ranking, truth, 1) == 0.0
    assert reciprocal_rank(ranking, truth) == 0.5
    assert ndcg_at_k(ranking, truth, 10) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    )


def test_a_repeated_id_counts_once() -> None:
    assert ndcg_at_k(["a", "a", "b"], {"a": 1, "b": 1}, 2) == 1.0


@pytest.mark.parametrize("metric", [recall_at_k, ndcg_at_k])
def test_a_question_without_relevant_ids_is_an_error(metric) -> None:
    with pytest.raises(ValueError, match="at least one relevant"):
        metric(["a"], {"a": 0}, 5)


@given(RANKINGS, QRELS, st.integers(1, 12))
def test_metrics_lie_between_0_and_1_and_the_perfect_order_has_1(ranking, truth, k) -> None:
    best = sorted(truth, key=lambda item: -truth[item])
    assert ndcg_at_k(best, truth, k) == pytest.approx(1.0)
    assert 0 <= ndcg_at_k(ranking, truth, k) <= 1 + 1e-12
    assert 0 <= recall_at_k(ranking, truth, k) <= recall_at_k(ranking, truth, k + 1) <= 1


@given(st.lists(st.tuples(RANKINGS.filter(bool), QRELS), min_size=1, max_size=6))
def test_the_same_as_ir_measures(cases) -> None:
    measures = pytest.importorskip("ir_measures", reason="ir-measures has no wheel for this platform")
    qrels = {str(n): truth for n, (_, truth) in enumerate(cases)}
    run = {str(n): {item: -place for place, item in enumerate(ranking)} for n, (ranking, _) in enumerate(cases)}
    run = {n: {item: float(score) for item, score in scores.items()} for n, scores in run.items()}
    got = {(str(m.measure), m.query_id): m.value for m in measures.iter_calc(
        [measures.nDCG @ 10, measures.R @ 5, measures.RR, measures.Success @ 3], qrels, run)}  # fmt: skip
    for n, (ranking, truth) in enumerate(cases):
        assert ndcg_at_k(ranking, truth, 10) == pytest.approx(got["nDCG@10", str(n)], abs=1e-9)
        assert recall_at_k(ranking, truth, 5) == pytest.approx(got["R@5", str(n)], abs=1e-9)
        assert reciprocal_rank(ranking, truth) == pytest.approx(got["RR", str(n)], abs=1e-9)
        assert success_at_k(ranking, truth, 3) == pytest.approx(got["Success@3", str(n)], abs=1e-9)
    mean = np.mean([got["RR", str(n)] for n in range(len(cases))])
    assert mrr([c[0] for c in cases], [c[1] for c in cases]) == pytest.approx(mean)


def test_bootstrap_agrees_with_scipy() -> None:
    from scipy.stats import bootstrap

    scores = np.random.default_rng(1).beta(2, 1, 120)
    ours = bootstrap_interval(scores, rounds=6000)
    theirs = bootstrap((scores,), np.mean, n_resamples=6000, method="percentile", rng=np.random.default_rng(2))
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.006)


def test_wilson_agrees_with_scipy() -> None:
    from scipy.stats import binomtest

    for successes, n in ((0, 20), (7, 20), (20, 20), (1, 300)):
        theirs = binomtest(successes, n).proportion_ci(method="wilson")
        ours = wilson_interval(successes, n)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_the_interval_covers_the_truth_about_95_times_in_100() -> None:
    rng = np.random.default_rng(3)
    intervals = [bootstrap_interval(rng.random(60) < 0.8, rounds=300, seed=n) for n in range(200)]
    covered = sum(interval.low <= 0.8 <= interval.high for interval in intervals)
    assert 0.88 <= covered / 200 <= 0.99


def test_pairing_sees_what_unpaired_intervals_hide() -> None:
    hardness = np.random.default_rng(4).random(80)
    ours, theirs = hardness + 0.02, hardness
    assert paired_bootstrap(ours, theirs).low > 0
    assert bootstrap_interval(ours).low < bootstrap_interval(theirs).high
    assert permutation_test(ours, theirs) < 0.001
    assert permutation_test(theirs, theirs) == 1.0


def test_unpaired_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="1 and 2"):
        paired_bootstrap([1.0], [1.0, 0.0])
