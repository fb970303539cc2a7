"""The fitting of the cross-encoder, where PyTorch is installed: the same numbers as at inference, and it learns."""

import numpy as np
import pytest

from groundwork.evaluation.matching import Item
from groundwork.models import cross_encoder, weights
from groundwork.models.cross_encoder import Passage, Tokens
from groundwork.models.embed import MODEL
from groundwork.models.minilm_numpy import load

torch = pytest.importorskip("torch", reason="PyTorch is in env/deep.lock, which `course.py train` installs")
pytestmark = pytest.mark.slow
from groundwork.evaluation import cross_encoder_torch as deep  # noqa: E402

PAGE = (
    Passage("Bag", "", "The bag weighs 2 kg."),
    Passage("Bag", "", "It holds 40 litres."),
    Passage("Shop", "", "We open at nine."),
)
ITEMS = [
    Item("How heavy is it?", PAGE, frozenset({0}), "Bag"),
    Item("How much fits in?", PAGE, frozenset({1}), "Bag"),
    Item("What colour is it?", PAGE, frozenset(), "Bag"),
]


def test_the_network_and_what_is_stored_of_it_agree_with_numpy() -> None:
    folder = weights.path(MODEL)
    tensors, tokens = load(folder), Tokens(folder)
    torch.manual_seed(0)
    network = deep.Network(tensors).eval()
    with torch.no_grad():
        network.layers[0].query.weight += 0.01 * torch.randn(384, 8) @ torch.randn(8, 384)
        pairs = [tokens.pair("How heavy is it?", passage) for passage in PAGE]
        found = network(*deep.padded(pairs)).numpy()
    change = {name: value.astype(np.float32) for name, value in network.change(tensors, rank=8).items()}
    whole = cross_encoder.merged(tensors, change)
    assert np.abs(found - [cross_encoder.score_in_numpy(whole, pair) for pair in pairs]).max() < 5e-3


def test_the_low_rank_change_is_the_nearest() -> None:
    matrix = np.random.default_rng(0).normal(size=(12, 9)).astype(np.float32)
    up, down = deep.factored(matrix, 9)
    assert np.allclose(up @ down, matrix, atol=1e-5)
    errors = [np.linalg.norm(matrix - np.matmul(*deep.factored(matrix, rank))) for rank in (1, 4, 8)]
    assert errors == sorted(errors, reverse=True)


def test_between_two_fits_lies_their_weighted_mean() -> None:
    drawn = np.random.default_rng(0)
    first, second = (
        {"a.up": drawn.normal(size=(6, 2)), "a.down": drawn.normal(size=(2, 5)), "a.bias": drawn.normal(size=6)}
        for _ in range(2)
    )
    for share in (0.0, 0.7, 1.0):
        found = deep.between(first, second, share, rank=4)
        for matrix in (lambda one: one["a.up"] @ one["a.down"], lambda one: one["a.bias"]):
            wanted = (1 - share) * matrix(first) + share * matrix(second)
            assert np.allclose(matrix(found), wanted, atol=2e-2)


def test_fitting_learns_what_answers_and_that_nothing_does() -> None:
    folder = weights.path(MODEL)
    tokens = Tokens(folder)

    def cost(tensors: dict[str, np.ndarray]) -> float:
        scores = [
            [cross_encoder.score_in_numpy(tensors, tokens.pair(i.question, p)) for p in i.passages] for i in ITEMS
        ]
        logits = np.array([[*row, 0.0] for row in scores])
        right = [next(iter(item.right), 3) for item in ITEMS]
        return float(np.mean(np.logaddexp.reduce(logits, axis=1) - logits[range(3), right]))

    change = deep.fit(ITEMS, epochs=16 * 16 / len(ITEMS))
    whole = cross_encoder.merged(load(folder), {name: value.astype(np.float32) for name, value in change.items()})
    assert cost(whole) < np.log(4) / 2
