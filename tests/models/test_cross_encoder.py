"""The cross-encoder: one number in NumPy and on ONNX Runtime, pairs as documented, a stored change that must fit."""

from pathlib import Path

import numpy as np
import pytest

from groundwork.models import cross_encoder, weights
from groundwork.models.cross_encoder import CrossEncoderError, Passage, Tokens, default_cross_encoder
from groundwork.models.embed import MODEL

PASSAGES = (
    Passage("Fen 40 > Specifications", "", "The Fen 40 weighs 1.4 kg."),
    Passage("Fen 40 > Specifications", "The Fen 40 weighs 1.4 kg.", "It carries up to 14 kg comfortably."),
    Passage("Opening hours", "", "The shop in the old mill opens at nine."),
)


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(weights.path(MODEL))


def test_it_tells_a_weight_from_a_load_where_the_words_are_the_same() -> None:
    model = default_cross_encoder()
    assert model.scores("How heavy is the Fen 40?", PASSAGES).argmax() == 0
    assert model.scores("What is the most that I may put into the Fen 40?", PASSAGES).argmax() == 1
    assert model.scores("When do you open in the morning?", PASSAGES).argmax() == 2


def test_nothing_that_answers_scores_lower_than_what_does() -> None:
    model = default_cross_encoder()
    answered = model.scores("When do you open in the morning?", PASSAGES).max()
    assert model.scores("Which bus stops at the old mill?", PASSAGES).max() < answered


def test_onnx_runtime_computes_what_is_written_out_in_numpy(tokens: Tokens) -> None:
    tensors = cross_encoder.model_weights(weights.path(MODEL))
    asked = "How heavy is it?"
    written_out = [cross_encoder.score_in_numpy(tensors, tokens.pair(asked, one)) for one in PASSAGES]
    assert np.abs(default_cross_encoder().scores(asked, PASSAGES) - written_out).max() <= 1e-3


def test_a_score_depends_on_its_pair_alone() -> None:
    model = default_cross_encoder()
    together = model.scores("How heavy is it?", PASSAGES)
    alone = [model.scores("How heavy is it?", [one])[0] for one in PASSAGES]
    assert together.tolist() == alone
    assert model.scores("How heavy is it?", PASSAGES[::-1]).tolist() == together[::-1].tolist()
    assert model.scores("How heavy is it?", []).shape == (0,)


def test_the_sentence_alone_is_the_second_segment(tokens: Tokens) -> None:
    ids, segments = tokens.pair("How heavy?", Passage("Head", "Before.", "Now."))
    text = tokens.pieces("Now.")
    start = 2 + len(tokens.pieces("How heavy?"))
    assert ids[start : start + len(text)].tolist() == text
    assert np.flatnonzero(segments).tolist() == list(range(start, start + len(text) + 1))


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "?" * 100_000, "word " * 50_000, "日本語 🙂"])
def test_any_text_has_a_score(text: str) -> None:
    model = default_cross_encoder()
    pair = model.tokens.pair(text, Passage(text, text, text))
    assert pair.shape[1] <= 256
    assert np.isfinite(model.scores(text, [Passage(text, text, text)])).all()


def test_a_change_that_does_not_fit_is_named() -> None:
    tensors = {"a.weight": np.zeros((4, 3), np.float32), "embeddings.LayerNorm.weight": np.ones(3, np.float32)}
    head = {"head.weight": np.zeros((6, 1), np.float32), "head.bias": np.zeros(1, np.float32)}
    whole = cross_encoder.merged(tensors, head | {"a.down": np.ones((2, 3)), "a.up": np.ones((4, 2))})
    assert (whole["a.weight"] == 2).all()
    with pytest.raises(CrossEncoderError, match=r"b\.weight.*course.py train"):
        cross_encoder.merged(tensors, head | {"b.down": np.ones((2, 3)), "b.up": np.ones((4, 2))})
    with pytest.raises(CrossEncoderError, match="does not fit"):
        cross_encoder.merged(tensors, head | {"a.down": np.ones((2, 5)), "a.up": np.ones((4, 2))})
    with pytest.raises(CrossEncoderError, match="head"):
        cross_encoder.merged(tensors, {})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.safetensors"
    for content in (b"", b"\xff" * 100, b"{}"):
        path.write_bytes(content)
        with pytest.raises(CrossEncoderError, match=r"broken\.safetensors"):
            cross_encoder.stored_change(path)
    with pytest.raises(CrossEncoderError, match="gone"):
        cross_encoder.stored_change(tmp_path / "gone")
