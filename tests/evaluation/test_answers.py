"""How replies are judged, and how the assistant's models and threshold are fitted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from groundwork.assistant.parts import Ambiguity, Certainty
from groundwork.assistant.reply import Citation, Draft, Reply
from groundwork.assistant.sentences import Order
from groundwork.evaluation.answers import Judged, end_of, questions_of, rows_of
from groundwork.evaluation.answers_fit import FOLDS, Assessed, Drafted, dev_of, divided, threshold, upper_bound
from groundwork.evaluation.baselines import declined
from groundwork.evaluation.fitting import logistic, pairwise
from groundwork.evaluation.labelled import golden
from groundwork.evaluation.statistics import clopper_pearson
from groundwork.search.linear import Linear, LinearError
from groundwork.shop.records import Question
from groundwork.shop.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def of_kind(world: World, kind: str) -> Question:
    return next(question for question in world.questions if question.kind == kind)


def answer(question: Question, *places: int) -> Reply:
    """The reply that quotes these pieces of the golden evidence."""
    cited = [question.evidence[place] for place in places]
    citations = tuple(Citation(quote.document, "", quote.start, quote.end, quote.quote) for quote in cited)
    return Reply("answer", " ".join(quote.quote for quote in cited), citations)


def test_the_golden_sentence_is_right(world: World) -> None:
    question = of_kind(world, "single")
    assert end_of(world, question, answer(question, 0)) == "right"


def test_the_right_value_with_another_citation_is_wrong(world: World) -> None:
    question, other = of_kind(world, "single"), of_kind(world, "product")
    reply = replace(answer(other, 0), text=answer(question, 0).text)
    assert end_of(world, question, reply) == "wrong"


def test_another_value_is_wrong_whatever_is_cited(world: World) -> None:
    question = of_kind(world, "single")
    assert end_of(world, question, replace(answer(question, 0), text="It is 987654 days.")) == "wrong"


def test_a_second_sentence_may_not_mislead(world: World) -> None:
    question = of_kind(world, "superseded")
    right = answer(question, 0)
    for value, end in ((question.traps[0], "wrong"), ("a wet Tuesday", "right")):
        beside = Citation("another", "", 0, 9, f"It is {value}.")
        reply = replace(right, text=f"{right.text}\n{beside.quote}", citations=(*right.citations, beside))
        assert end_of(world, question, reply) == end


def test_half_of_a_question_in_two_parts_is_wrong(world: World) -> None:
    question = of_kind(world, "two")
    assert end_of(world, question, answer(question, 0)) == "wrong"
    assert end_of(world, question, answer(question, *range(len(question.evidence)))) == "right"


@pytest.mark.parametrize(
    ("kind", "reply", "end"),
    [
        ("single", "escalate", "held"),
        ("single", "clarify", "held"),
        ("unanswerable", "escalate", "right"),
        ("unanswerable", "refuse", "right"),
        ("unanswerable", "clarify", "held"),
        ("staff", "escalate", "right"),
        ("ambiguous", "clarify", "right"),
        ("ambiguous", "escalate", "held"),
    ],
)
def test_a_person_or_a_question_back_is_right_where_it_is_due(world: World, kind: str, reply: str, end: str) -> None:
    assert end_of(world, of_kind(world, kind), Reply(reply, "…")) == end


@pytest.mark.parametrize("kind", ["unanswerable", "staff", "ambiguous"])
def test_any_answer_to_a_question_without_one_is_wrong(world: World, kind: str) -> None:
    assert end_of(world, of_kind(world, kind), answer(of_kind(world, "single"), 0)) == "wrong"


def test_the_shares_count_what_they_say(world: World) -> None:
    single, staff = of_kind(world, "single"), of_kind(world, "staff")
    judged = [
        Judged(single, answer(single, 0), "right"),
        Judged(single, Reply("answer", "no"), "wrong"),
        Judged(single, Reply("escalate", "…"), "held"),
        Judged(staff, Reply("escalate", "…"), "right"),
    ]
    values = {row.name: (row.value, row.n) for row in rows_of(judged)}
    assert values["answerable: right answer, right citation"] == (pytest.approx(1 / 3, abs=1e-4), 3)
    assert values["wrong among answered"] == (0.5, 2)
    assert values["no answer to give, or staff only: handed over"] == (1.0, 1)
    assert values["escalations that were due"] == (0.5, 2)
    assert values["due escalations that were made"] == (1.0, 1)
    assert values["ambiguous: asked back"] == (0.0, 0)


def test_a_sample_of_questions_is_the_same_every_time_and_in_order(world: World) -> None:
    first, again = questions_of(world, "dev", 40), questions_of(world, "dev", 40)
    assert [q.id for q in first] == [q.id for q in again]
    assert len({q.kind for q in first}) >= 6
    assert all(q.split == "dev" for q in first)


def test_topics_stay_together_when_dev_is_divided(world: World) -> None:
    questions = dev_of(world)
    fold = divided(questions)
    by_fold: dict[int, int] = {}
    for question in questions:
        by_fold[fold[question.topic]] = by_fold.get(fold[question.topic], 0) + 1
    assert min(by_fold.values()) > 60
    assert len(by_fold) == FOLDS


@pytest.mark.parametrize(
    ("text", "is_declined"),
    [
        ("I don't know.", True),
        ("The documents do not specify the fee.", True),
        ("There is no information about that.", True),
        ("Could you please specify the item?", True),
        ("", True),
        ("You have 45 days.", False),
        ("It is not covered by the warranty.", False),
    ],
)
def test_what_counts_as_no_answer(text: str, is_declined: bool) -> None:
    assert declined(text) == is_declined


@given(n=st.integers(1, 400), data=st.data())
def test_clopper_pearson_is_scipys(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    ours, theirs = clopper_pearson(k, n), stats.binomtest(k, n).proportion_ci(method="exact")
    assert (ours.low, ours.high) == (pytest.approx(theirs.low, abs=1e-6), pytest.approx(theirs.high, abs=1e-6))


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_a_share_that_is_none_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        clopper_pearson(k, n)


def assessed(world: World, right: bool, p: float) -> Assessed:
    return Drafted(golden(world, of_kind(world, "single")), Draft("x", ()), right), p, 0.0


def test_the_threshold_is_the_lowest_that_keeps_the_risk_for_sure(world: World) -> None:
    good = [assessed(world, True, 0.9)] * 80 + [assessed(world, True, 0.7)] * 20
    assert threshold([*good, *[assessed(world, False, 0.4)] * 10], 0.05) == 0.41
    assert threshold([*good, *[assessed(world, False, 0.8)] * 2], 0.05) == 0.81


@pytest.mark.parametrize(("right", "wrong"), [(0, 9), (30, 0), (60, 5)])
def test_a_risk_that_cannot_be_vouched_for_answers_nothing(world: World, right: int, wrong: int) -> None:
    drafted = [assessed(world, True, 0.99)] * right + [assessed(world, False, 0.99)] * wrong
    assert threshold(drafted, 0.05) == 1.0


def test_the_bound_is_the_rule_of_59() -> None:
    assert upper_bound(0, 59) <= 0.05 < upper_bound(0, 58)


class Two(Linear):
    names = ("a", "b")


def test_pairs_teach_which_feature_matters() -> None:
    rng = np.random.default_rng(0)
    tables = [rng.normal(size=(8, 2)) for _ in range(60)]
    truths = [table[:, 0] == table[:, 0].max() for table in tables]
    model = pairwise(Two, tables, truths, 1.0)
    assert model.weights[0] > 5 * abs(model.weights[1])


def test_rows_teach_a_probability() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(4000, 2))
    truth = rng.random(4000) < 1 / (1 + np.exp(-(2 * rows[:, 0] - 1)))
    model = logistic(Two, rows, truth, 10.0)
    assert model.probability(np.zeros(2)) == pytest.approx(1 / (1 + np.e), abs=0.03)


@pytest.mark.parametrize("model", [Order, Ambiguity, Certainty])
def test_the_stored_models_are_of_this_versions_features(model: type[Linear], tmp_path) -> None:
    loaded = model.load()
    assert len(loaded.weights) == len(model.names)
    (tmp_path / "again.json").write_text(loaded.as_json(), encoding="utf-8")
    assert model.load(tmp_path / "again.json").as_json() == loaded.as_json()
    (tmp_path / "other.json").write_text('{"x": {"weight": 1, "mean": 0, "scale": 1}}', encoding="utf-8")
    with pytest.raises(LinearError, match="Fit it with"):
        model.load(tmp_path / "other.json")
