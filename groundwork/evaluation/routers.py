"""Routers for the shop's messages, split honestly, fitted and compared: `course.py evaluate routers`, chapter 02.

The data are 2,600 messages with labels of which 6 % are wrong. Everything is fitted on the labels as stored; `truths`
are what was meant, which only a made world knows, and the reported figures are against them. What came after `DRIFT`
is kept apart: it has other words, and is the test of next month, not of today.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from groundwork.assistant.topics import Features, TopicRouter, words
from groundwork.errors import GroundworkError
from groundwork.evaluation.calibration import calibration_error, cheapest_threshold, costs, fit_temperature, tempered
from groundwork.evaluation.rows import Row
from groundwork.evaluation.search import row
from groundwork.evaluation.statistics import bootstrap_interval, mcnemar, paired_bootstrap
from groundwork.search.index import Encoder
from groundwork.shop.records import Ticket
from groundwork.shop.tickets import DRIFT

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Texts = Sequence[str]
TRAIN, VALIDATION = 0.6, 0.2  # the rest is test
WRONG_MINUTES, ASKING_MINUTES = 12.0, 3.0  # a message sent to the wrong team; a person who looks and sends it on
STRENGTH = 10.0  # of the fit (C of scikit-learn, the inverse of regularisation); chapter 02's validation curve
SAME_WORDING = 0.8  # largest mean cosine distance within a group of near-copies
KINDS = ("majority", "words", "meaning", "both", "boosting", "network")
EXTRA_KINDS = ("xgboost", "torch")


class RouterError(GroundworkError):
    """A router that is not known, or whose package is not installed."""

    exit_code = 2


@dataclass(frozen=True)
class Split:
    """Rows to fit on, to choose by, and to report, none in two of them."""

    train: Rows
    validation: Rows
    test: Rows


def before_drift(tickets: Sequence[Ticket]) -> list[Ticket]:
    """The messages up to the last six weeks, oldest first."""
    return [ticket for ticket in tickets if ticket.at.replace(tzinfo=None) < DRIFT]


def in_order(rows: Rows) -> Split:
    """Cut rows, in the order given, into 60, 20 and 20 %: for messages in the order of time, the split by time."""
    cuts = [round(TRAIN * len(rows)), round((TRAIN + VALIDATION) * len(rows))]
    return Split(*np.split(rows, cuts))


def at_random(n: int, seed: int = 0) -> Split:
    """The usual split, here for comparison: the same customer, and the same wording, may be on both sides."""
    return in_order(np.random.default_rng(seed).permutation(n))


def by_group(groups: Sequence[object], seed: int = 0) -> Split:
    """Whole groups, such as customers or wordings, to one part each, in random order until a part is full."""
    _, group = np.unique(np.array([str(name) for name in groups]), return_inverse=True)
    order = np.random.default_rng(seed).permutation(group.max() + 1)
    filled = np.cumsum(np.bincount(group)[order]) / len(group)
    part_of = np.empty(len(order), int)
    part_of[order] = np.searchsorted([TRAIN, TRAIN + VALIDATION], filled - 1e-9)
    return Split(*(np.flatnonzero(part_of[group] == part) for part in range(3)))


def wordings(texts: Texts) -> Rows:
    """A number for each message, the same for near-copies: average linkage of words and pairs of words, rare ones most.

    Against what the world knows, it finds 92 % of the pairs that were made from one sentence, and 89 % of the pairs it
    finds were. Needs memory for n² numbers: 30 MB for 2,600.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    bags = [set(one) | set(itertools.pairwise(one)) for one in map(words, texts)]
    places: dict[object, int] = {}
    for bag in bags:
        for term in sorted(bag, key=str):
            places.setdefault(term, len(places))
    table = np.zeros((len(bags), len(places)), np.float32)
    for number, bag in enumerate(bags):
        table[number, [places[term] for term in bag]] = 1
    table *= np.log(len(bags) / np.maximum(table.sum(axis=0), 1)).astype(np.float32)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    distance = np.clip(1 - table @ table.T, 0, 1).astype(np.float64)
    np.fill_diagonal(distance, 0)
    found: Rows = fcluster(linkage(squareform(distance, checks=False), "average"), SAME_WORDING, "distance")
    return found


class Router:
    """Features and a classifier of scikit-learn's interface, behind two verbs: `fit` and `probabilities`."""

    def __init__(self, classifier: Any, encoder: Encoder | None, use_words: bool = True) -> None:
        self.classifier, self.encoder, self.use_words = classifier, encoder, use_words
        self.labels: tuple[str, ...] = ()

    def fit(self, texts: Texts, labels: Sequence[str]) -> "Router":
        """Fit on messages and their labels. One thread: on small tables more only wait for each other."""
        self.labels = tuple(sorted(set(labels)))
        self.features = Features.build(texts, self.encoder, self.use_words)
        with threadpool_limits(1):
            self.classifier.fit(self.features.rows(texts), np.searchsorted(self.labels, labels))
        return self

    def probabilities(self, texts: Texts) -> Floats:
        """Probabilities float64 (n, labels), columns in the order of `labels`."""
        with threadpool_limits(1):
            result: Floats = self.classifier.predict_proba(self.features.rows(texts)).astype(np.float64)
        return result

    def predict(self, texts: Texts) -> npt.NDArray[np.str_]:
        """The likeliest label of each message."""
        best: npt.NDArray[np.str_] = np.array(self.labels)[self.probabilities(texts).argmax(axis=1)]
        return best


def make(kind: str, encoder: Encoder, strength: float = STRENGTH) -> Router:
    """A router of a kind, not fitted. Raises RouterError for another kind, or one whose package is missing."""
    if kind == "majority":
        from sklearn.dummy import DummyClassifier

        return Router(DummyClassifier(strategy="prior"), None)
    if kind in ("words", "meaning", "both"):
        from sklearn.linear_model import LogisticRegression

        classifier = LogisticRegression(C=strength, max_iter=500, tol=1e-4)
        return Router(classifier, None if kind == "words" else encoder, kind != "meaning")
    if kind == "boosting":
        return Router(boosting(), encoder)
    if kind == "network":
        return Router(network(), encoder)
    if kind in EXTRA_KINDS:
        return Router(extra(kind), encoder)
    raise RouterError(f"There is no router {kind!r}; there are {', '.join(KINDS + EXTRA_KINDS)}.")


def boosting() -> Any:
    """Gradient-boosted trees on 64 principal components: trees look at one feature at a time, and 1,500 are many."""
    from sklearn.decomposition import PCA
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline

    trees = HistGradientBoostingClassifier(
        max_iter=40, learning_rate=0.2, max_leaf_nodes=8, early_stopping=False, random_state=0
    )
    return make_pipeline(PCA(64, random_state=0), trees)


def network() -> Any:
    """One hidden layer of 64 with weight decay, stopped after 40 rounds."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    class Stopped(MLPClassifier):  # type: ignore[misc]
        """Says nothing when it is stopped early: that is meant."""

        def fit(self, x: Any, y: Any) -> Any:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                return super().fit(x, y)

    return Stopped((64,), alpha=1e-3, max_iter=40, random_state=0)


def extra(kind: str) -> Any:
    """A classifier of a package that the course does not need. Raises RouterError where it is missing."""
    try:
        if kind == "torch":
            from groundwork.evaluation.router_torch import Network

            return Network()
        from sklearn.decomposition import PCA
        from sklearn.pipeline import make_pipeline
        from xgboost import XGBClassifier

        trees = XGBClassifier(n_estimators=40, learning_rate=0.2, max_depth=3, n_jobs=1, random_state=0)
        return make_pipeline(PCA(64, random_state=0), trees)
    except ImportError as error:
        raise RouterError(
            f"The router {kind!r} needs a package that is not installed ({error}). It is in the extra env/deep.lock."
        ) from None


def cross_fitted(
    kind: str, encoder: Encoder, texts: Texts, labels: Sequence[str], groups: Any, folds: int = 4
) -> Floats:
    """Probabilities (n, labels) of every message by a router that saw none of its group; columns in sorted order."""
    from sklearn.model_selection import GroupKFold

    names = sorted(set(labels))
    result = np.zeros((len(texts), len(names)))
    for fitted_on, held_out in GroupKFold(folds, shuffle=True, random_state=0).split(texts, groups=groups):
        router = make(kind, encoder).fit([texts[i] for i in fitted_on], [labels[i] for i in fitted_on])
        columns = np.searchsorted(names, router.labels)
        result[np.ix_(held_out, columns)] = router.probabilities([texts[i] for i in held_out])
    return result


def fit(encoder: Encoder, tickets: Sequence[Ticket]) -> TopicRouter:
    """The assistant's router: words and meaning, fitted on the first 80 % before the drift.

    Temperature and threshold come from messages whose wording the router had not seen (cross-fitting by wording):
    questions to the assistant are worded anew, and doubt that is too large costs less than doubt that is too small.
    """
    past = before_drift(tickets)
    past = past[: round((TRAIN + VALIDATION) * len(past))]
    texts, labels = [ticket.text for ticket in past], [ticket.intent for ticket in past]
    held_out = cross_fitted("both", encoder, texts, labels, wordings(texts))
    router = make("both", encoder).fit(texts, labels)
    columns = np.searchsorted(router.labels, labels)
    temperature = fit_temperature(held_out, columns)
    probabilities = tempered(held_out, temperature)
    right = probabilities.argmax(axis=1) == columns
    threshold = cheapest_threshold(probabilities.max(axis=1), right, WRONG_MINUTES, ASKING_MINUTES)
    model = router.classifier
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    return TopicRouter(router.labels, router.features, weights, bias, temperature, threshold)


def splits(tickets: Sequence[Ticket]) -> dict[str, Split]:
    """The four ways to divide the same messages."""
    return {
        "at random": at_random(len(tickets)),
        "by customer": by_group([ticket.customer for ticket in tickets]),
        "by time": in_order(np.arange(len(tickets))),
        "by wording": by_group(wordings([ticket.text for ticket in tickets]).tolist()),
    }


def evaluate(encoder: Encoder, tickets: Sequence[Ticket], kinds: Sequence[str] = KINDS) -> list[Row]:
    """Every router on every split, compared on the same test messages; then the stored one on what came after."""
    past = before_drift(tickets)
    texts, labels = [ticket.text for ticket in past], [ticket.intent for ticket in past]
    truths = np.array([ticket.true_intent for ticket in past])
    rows = []
    for how, split in splits(past).items():
        asked, right = [texts[i] for i in split.test], {}
        for kind in kinds:
            router = make(kind, encoder).fit([texts[i] for i in split.train], [labels[i] for i in split.train])
            right[kind] = router.predict(asked) == truths[split.test]
            rows.append(row(f"accuracy {how}, {kind}", bootstrap_interval(right[kind].astype(float))))
        for other in [kind for kind in kinds if kind != "both" and "both" in kinds]:
            gain = paired_bootstrap(right["both"].astype(float), right[other].astype(float))
            p = mcnemar(right["both"], right[other]).p
            rows.append(row(f"accuracy {how}, both minus {other}", gain, "", f"{other}; McNemar p = {p:.2g}"))
    stored = TopicRouter.load(encoder)
    named = {"test": past[round((TRAIN + VALIDATION) * len(past)) :], "last six weeks": tickets[len(past) :]}
    return rows + [found for name, part in named.items() for found in stored_rows(stored, part, name)]


def stored_rows(router: TopicRouter, tickets: Sequence[Ticket], name: str) -> list[Row]:
    """What the stored router does with messages: how right, how often sure, how right then, calibration and cost."""
    probabilities = router.probabilities([ticket.text for ticket in tickets])
    right = np.array(router.labels)[probabilities.argmax(axis=1)] == [ticket.true_intent for ticket in tickets]
    confidence = probabilities.max(axis=1)
    sure = confidence >= router.threshold
    minutes = costs(confidence, right, router.threshold, WRONG_MINUTES, ASKING_MINUTES)
    error = calibration_error(confidence, right)
    always = f"{ASKING_MINUTES:g} with a person's look at each"
    return [
        row(f"stored router, accuracy, {name}", bootstrap_interval(right.astype(float))),
        row(f"stored router, sent without a look, {name}", bootstrap_interval(sure.astype(float))),
        row(f"stored router, accuracy where sent, {name}", bootstrap_interval(right[sure].astype(float))),
        row(f"stored router, cost of a message, {name}", bootstrap_interval(minutes), "min", always),
        Row(f"stored router, calibration error, {name}", round(error, 4), "", n=len(right)),
    ]
