"""The topic router: a hint with a probability, stored without pickle, never an exception for any text."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.topics import STORED, Features, TopicError, TopicRouter, cleaned, words
from groundwork.shop.intents import intents
from tests.conftest import WordEncoder

TEXTS = ["Where is my parcel?"] * 3 + ["Repair my tent, please."] * 3
ENCODER = WordEncoder()


def tiny(threshold: float = 0.7) -> TopicRouter:
    """Two topics, by one word each."""
    features = Features.build(TEXTS, ENCODER)
    weights = np.zeros((2, len(features.vocabulary) + 64), np.float32)
    weights[0, features.vocabulary.index("repair")] = weights[1, features.vocabulary.index("parcel")] = 5
    return TopicRouter(("repair", "track"), features, weights, np.zeros(2, np.float32), 1.0, threshold)


def test_a_topic_is_the_likeliest_label_and_sure_from_the_threshold_on() -> None:
    found = tiny().topic("My parcel!")
    assert found.label == "track"
    assert found.sure and found.probability > 0.7
    assert not tiny(threshold=0.999).topic("My parcel!").sure


def test_a_message_of_unknown_words_is_not_sure() -> None:
    assert tiny().topic("zzz").probability == pytest.approx(0.5)
    assert not tiny().topic("zzz").sure


def test_features_by_hand() -> None:
    features = Features.build(["red tent", "red tent", "red rope", "red tent"], None)
    assert features.vocabulary == ("red", "tent")
    idf = np.array([1, np.log(5 / 4) + 1])
    expected = idf * [1 + np.log(2), 1]
    assert np.allclose(features.rows(["red RED tent rope"])[0], expected / np.linalg.norm(expected))


def test_features_equal_scikit_learns() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["my parcel is late, my parcel!", "is the tent late", "the parcel is mine", "late again"] * 3
    theirs = TfidfVectorizer(analyzer=words, min_df=3, sublinear_tf=True).fit(texts)
    ours = Features.build(texts, None)
    assert ours.vocabulary == tuple(theirs.get_feature_names_out())
    assert np.allclose(ours.rows(texts), theirs.transform(texts).toarray(), atol=1e-6)


@pytest.mark.parametrize("private", ["ann.b@post.example", "O-109245", "+44 20 7946 0018", "(555) 010-4477"])
def test_what_names_a_person_or_an_order_is_left_out(private: str) -> None:
    assert private not in cleaned(f"Mine is {private}, thanks")
    assert words(f"Mine is {private}, thanks") == ["mine", "is", "thanks"]


@given(st.text(max_size=200))
def test_any_text_gets_probabilities_that_sum_to_one(text: str) -> None:
    row = ROUTER.probabilities([text])[0]
    assert np.isfinite(row).all() and row.sum() == pytest.approx(1)
    topic = ROUTER.topic(text)
    assert topic.label in ROUTER.labels and 0 <= topic.probability <= 1


ROUTER = tiny()


def test_saved_and_loaded_is_the_same_router_in_the_same_bytes(tmp_path: Path) -> None:
    router = tiny()
    router.save(tmp_path / "a.npz")
    again = TopicRouter.load(ENCODER, tmp_path / "a.npz")
    again.save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert np.array_equal(again.probabilities(TEXTS), router.probabilities(TEXTS))
    assert again.topic("my parcel") == router.topic("my parcel")


@pytest.mark.parametrize("content", [b"", b"PK", b"{}", b"\x80\x04N."])
def test_a_damaged_file_is_refused_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "topics.npz").write_bytes(content)
    with pytest.raises(TopicError, match=r"course\.py evaluate routers --fit"):
        TopicRouter.load(ENCODER, tmp_path / "topics.npz")


def test_a_truncated_or_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.npz").write_bytes(STORED.read_bytes()[:5000])
    for name in ("cut.npz", "none.npz"):
        with pytest.raises(TopicError, match=name.replace(".", r"\.")):
            TopicRouter.load(ENCODER, tmp_path / name)


def test_an_encoder_of_other_dimensions_is_refused() -> None:
    with pytest.raises(TopicError, match=r"features"):
        TopicRouter.load(ENCODER)  # the stored one needs 384 dimensions


def test_the_stored_router_holds_no_objects_and_knows_every_intent() -> None:
    with np.load(STORED, allow_pickle=False) as file:
        assert tuple(file["labels"].tolist()) == tuple(sorted(intents()))
        assert 0 < file["decisions"][1] < 1


def test_the_stored_router_on_real_vectors() -> None:
    from groundwork.models.embed import default_embedder

    router = TopicRouter.load(default_embedder())
    late = router.topic("My parcel says delivered, but there is nothing here.")
    assert late.label == "parcel_lost" and late.sure
    assert router.topic("I was charged twice in the app, where does it go?").probability < late.probability
    assert not router.topic("").sure
