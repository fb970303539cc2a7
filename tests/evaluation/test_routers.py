"""Splits that do not leak, probabilities mended, thresholds that follow costs, a fit that comes out again."""

import builtins
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.topics import TopicRouter, words
from groundwork.evaluation import routers
from groundwork.evaluation.calibration import (
    calibration_error,
    cheapest_threshold,
    costs,
    fit_temperature,
    log_loss,
    reliability,
    tempered,
)
from groundwork.evaluation.routers import RouterError, at_random, by_group, cross_fitted, in_order, make, wordings
from groundwork.evaluation.statistics import mcnemar
from groundwork.shop.intents import SLOT, intents
from groundwork.shop.records import Ticket
from groundwork.shop.world import World
from tests.conftest import WordEncoder

TEXTS = [f"{thing} {verb}" for thing in ("parcel late", "tent torn", "card lost") for verb in "abcdefgh"]
LABELS = [text.split()[0] for text in TEXTS]
ENCODER = WordEncoder()


def covers(split: routers.Split, n: int) -> bool:
    return sorted(np.concatenate([split.train, split.validation, split.test]).tolist()) == list(range(n))


@given(st.lists(st.integers(0, 9), min_size=5, max_size=80), st.integers(0, 5))
def test_a_group_is_never_on_two_sides(groups: list[int], seed: int) -> None:
    split = by_group(groups, seed)
    assert covers(split, len(groups))
    parts = [{groups[i] for i in part} for part in (split.train, split.validation, split.test)]
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])


@given(st.integers(5, 500))
def test_a_split_at_random_and_one_in_order_lose_nothing(n: int) -> None:
    assert covers(at_random(n), n)
    ordered = in_order(np.arange(n))
    assert covers(ordered, n) and ordered.train.max() < ordered.validation.min() <= ordered.test.min()
    assert len(ordered.train) == round(0.6 * n)


def test_near_copies_share_a_wording_and_others_do_not() -> None:
    found = wordings(
        [
            "My tent arrived with a long tear in the floor",
            "hello, my tent arrived with a long tear in the floor. Thanks!",
            "How many points does a kettle earn for members?",
            "my Tent arrived with a lnog tear in the floor 👍",
        ]
    )
    assert found[0] == found[1] == found[3] != found[2]


@pytest.mark.slow
def test_wordings_find_what_the_world_made_from_one_sentence() -> None:
    tickets = World().tickets
    lines = {name: (*intent.utterances, *intent.late) for name, intent in intents().items()}
    bags = {name: [set(words(SLOT.sub(" ", line))) for line in part] for name, part in lines.items()}

    def source(ticket: Ticket) -> str:
        """The sentence whose words the message has, the longest of several."""
        said, choice = set(words(ticket.text)), bags[ticket.true_intent]
        fits = [(len(bag & said) / len(bag), len(bag)) for bag in choice]
        return f"{ticket.true_intent} {fits.index(max(fits))}"

    made = np.array([source(ticket) for ticket in tickets])
    found = wordings([ticket.text for ticket in tickets])
    upper = np.triu_indices(len(tickets), 1)
    same, linked = (made[:, None] == made)[upper], (found[:, None] == found)[upper]
    assert (same & linked).sum() / same.sum() > 0.85
    assert (same & linked).sum() / linked.sum() > 0.85


@pytest.mark.parametrize("kind", ["words", "meaning", "both", "boosting", "network"])
def test_every_router_learns_what_is_plain(kind: str) -> None:
    if kind == "boosting":
        texts, labels = (
            [f"{text} {n}" for text in TEXTS for n in range(6)],
            [label for label in LABELS for _ in range(6)],
        )
    else:
        texts, labels = TEXTS, LABELS
    router = make(kind, ENCODER, strength=100).fit(texts, labels)
    probabilities = router.probabilities(["a torn tent", "parcel late again"])
    assert router.labels == ("card", "parcel", "tent")
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert router.predict(["a torn tent", "parcel late again"]).tolist() == ["tent", "parcel"]


def test_the_dummy_knows_shares_only() -> None:
    router = make("majority", ENCODER).fit(TEXTS[:12], LABELS[:12])
    assert router.probabilities(["tent torn"])[0].tolist() == pytest.approx([8 / 12, 4 / 12])


@pytest.mark.parametrize("kind", routers.EXTRA_KINDS)
def test_an_extra_learns_too_where_it_is_installed(kind: str) -> None:
    pytest.importorskip(kind)
    texts, labels = [f"{text} {n}" for text in TEXTS for n in range(6)], [label for label in LABELS for _ in range(6)]
    router = make(kind, ENCODER).fit(texts, labels)
    assert router.predict(["a torn tent", "parcel late again"]).tolist() == ["tent", "parcel"]
    assert np.array_equal(router.probabilities(TEXTS), make(kind, ENCODER).fit(texts, labels).probabilities(TEXTS))


def test_a_missing_extra_and_an_unknown_kind_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "xgboost":
            raise ImportError("No module named 'xgboost'")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RouterError, match=r"xgboost.*env/deep\.lock"):
        make("xgboost", ENCODER)
    with pytest.raises(RouterError, match=r"'forest'.*majority"):
        make("forest", ENCODER)


def test_cross_fitting_judges_no_message_by_a_router_that_saw_its_group() -> None:
    names = "ash beech cedar elm fir hazel larch oak".split()
    texts, groups = [f"{name} tree" for name in names for _ in range(8)], [name for name in names for _ in range(8)]
    labels = ["odd" if names.index(group) % 2 else "even" for group in groups]
    leaky = cross_fitted("words", ENCODER, texts, labels, [str(i) for i in range(64)])
    honest = cross_fitted("words", ENCODER, texts, labels, groups)
    columns = np.array([int(label == "odd") for label in labels])
    assert (leaky.argmax(axis=1) == columns).mean() == 1
    assert (honest.argmax(axis=1) == columns).mean() <= 0.5  # nothing but the group's own word tells


def test_reliability_and_its_error_by_hand() -> None:
    confidence, right = np.array([0.92, 0.98, 0.55, 1.0]), np.array([True, False, True, True])
    low, high = reliability(confidence, right)
    assert (low.confidence, low.accuracy.value, low.accuracy.n) == (0.55, 1.0, 1)
    assert high.accuracy.value == pytest.approx(2 / 3) and high.accuracy.n == 3
    assert calibration_error(confidence, right) == pytest.approx((0.45 + 3 * (2.9 / 3 - 2 / 3)) / 4)


def test_the_temperature_undoes_too_much_confidence() -> None:
    rng = np.random.default_rng(0)
    honest = rng.dirichlet(np.full(4, 0.5), 4000)
    columns = (honest.cumsum(axis=1) > rng.random(4000)[:, None]).argmax(axis=1)
    boastful = tempered(honest, 0.5)
    assert fit_temperature(honest, columns) == pytest.approx(1, abs=0.08)
    assert fit_temperature(boastful, columns) == pytest.approx(2, abs=0.16)
    assert log_loss(tempered(boastful, 2), columns) == pytest.approx(log_loss(honest, columns), abs=1e-6)
    assert (tempered(honest, 3).argmax(axis=1) == honest.argmax(axis=1)).all()


def test_costs_and_the_threshold_they_lead_to() -> None:
    confidence, right = np.array([0.9, 0.9, 0.4]), np.array([True, False, True])
    assert costs(confidence, right, 0.5, wrong=12, asking=3).tolist() == [0, 12, 3]
    rng = np.random.default_rng(0)
    calibrated = rng.random(200_000)
    outcome = rng.random(200_000) < calibrated
    assert cheapest_threshold(calibrated, outcome, wrong=12, asking=3) == pytest.approx(1 - 3 / 12, abs=0.03)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200))
def test_mcnemar_equals_scipys_binomial_test(pairs: list[tuple[bool, bool]]) -> None:
    from scipy.stats import binomtest

    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    found = mcnemar(ours, theirs)
    differ = found.only_ours + found.only_theirs
    assert differ == sum(a != b for a, b in pairs)
    assert found.p == pytest.approx(binomtest(found.only_ours, differ).pvalue if differ else 1.0)
    assert mcnemar(theirs, ours).p == found.p


def test_mcnemar_is_near_its_chi_squared_form_and_wants_pairs() -> None:
    from scipy.stats import chi2

    ours, theirs = [True] * 260 + [False] * 200, [False] * 260 + [True] * 200
    corrected = chi2.sf((abs(260 - 200) - 1) ** 2 / 460, df=1)  # with the continuity correction, as statsmodels
    assert mcnemar(ours, theirs).p == pytest.approx(corrected, abs=2e-4)
    with pytest.raises(ValueError, match="same cases: 1 and 2"):
        mcnemar([True], [True, False])


@pytest.mark.slow
def test_the_stored_router_comes_out_of_its_fit() -> None:
    from groundwork.models.embed import default_embedder

    tickets, encoder = World().tickets, default_embedder()
    stored, again = TopicRouter.load(encoder), routers.fit(encoder, tickets)
    assert again.labels == stored.labels and again.features.vocabulary == stored.features.vocabulary
    assert (again.temperature, again.threshold) == pytest.approx((stored.temperature, stored.threshold), abs=0.06)
    texts = [ticket.text for ticket in tickets[-400:]]
    one, other = stored.probabilities(texts), again.probabilities(texts)
    assert np.abs(one - other).max() < 0.05
    assert (one.argmax(axis=1) == other.argmax(axis=1)).mean() >= 0.99


@pytest.mark.slow
def test_the_report_on_the_shops_messages() -> None:
    from groundwork.models.embed import default_embedder

    rows = {
        row.name: row for row in routers.evaluate(default_embedder(), World().tickets, ("majority", "words", "both"))
    }
    known, new = rows["accuracy by time, both"], rows["accuracy by wording, both"]
    assert (
        known.low is not None and new.high is not None and known.low > new.high
    )  # the leak that a split by time keeps
    assert rows["accuracy by time, both minus majority"].low > 0.5  # type: ignore[operator]
    cost = rows["stored router, cost of a message, test"]
    assert cost.high is not None and cost.high < routers.ASKING_MINUTES
    sent = rows["stored router, accuracy where sent, last six weeks"]
    assert sent.low is not None and sent.low > 0.9
