"""The embedder: the published model's vectors, the same for a text in any company, whatever the text."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundwork.models import minilm_numpy, weights
from groundwork.models.embed import CLS, MODEL, SEP, WINDOW, Embedder, EmbeddingError, default_embedder, split

DATA = Path(__file__).parent / "data"
REFERENCE = json.loads((DATA / "minilm_reference.json").read_text(encoding="utf-8"))
TEXTS = [row["text"] for row in REFERENCE]
PUBLISHED = np.array([row["vector"] for row in REFERENCE])
TENT = "How long do I have to return a tent?"
PRINT_VECTOR = """
import sys
from groundwork.models.embed import Embedder
sys.stdout.write(Embedder(cache=False, threads=1).encode([sys.argv[1]]).tobytes().hex())
"""


@pytest.fixture(scope="module")
def int8():
    return Embedder(cache=False, threads=2)


@pytest.fixture(scope="module")
def f32():
    return Embedder("f32", cache=False, threads=2)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """A cache folder of this test's own, with the weights in it already."""
    shutil.copytree(weights.path(MODEL), tmp_path / "weights" / MODEL)
    monkeypatch.setenv("GROUNDWORK_CACHE", str(tmp_path))
    return tmp_path


def cosines(a, b):
    return (a * b).sum(axis=1)


def test_f32_is_the_published_model(f32):
    assert cosines(f32.encode(TEXTS), PUBLISHED).min() >= 0.9999


def test_int8_stays_close_to_the_published_model(int8):
    found = cosines(int8.encode(TEXTS), PUBLISHED)
    assert found.min() >= 0.97
    assert found.mean() >= 0.99


def test_int8_retrieves_as_well_as_f32(int8, f32):
    from groundwork.evaluation.bench_embed import Question, ndcg_at_10, retrieval_row

    content = json.loads((DATA / "retrieval.json").read_text(encoding="utf-8"))
    questions, corpus = [Question(**query) for query in content["queries"]], content["corpus"]
    assert ndcg_at_10(f32, questions, corpus).mean() > 0.8
    row = retrieval_row(int8, f32, questions, corpus)
    assert row.ok and row.high >= 0, row  # the loss is within the interval


@pytest.mark.slow
def test_numpy_computes_the_same(f32):
    tensors = minilm_numpy.load(weights.path(MODEL))
    ids = [np.concatenate([[CLS], f32.pieces(text), [SEP]]) for text in TEXTS]
    found = np.concatenate([minilm_numpy.embed(tensors, one[None]) for one in ids])
    assert np.abs(found - f32.encode(TEXTS)).max() <= 1e-4
    ids, found = ids[:8], found[:8]
    padded = np.zeros((len(ids), max(map(len, ids))), np.int64)
    for row, one in zip(padded, ids, strict=True):
        row[: len(one)] = one
    assert np.abs(minilm_numpy.embed(tensors, padded, padded > 0) - found).max() <= 1e-5


def test_shape_type_and_length(int8):
    vectors = int8.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), int8.dimensions) == (24, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert int8.encode([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_batch_order_or_threads(int8):
    together = int8.encode(TEXTS)
    alone = np.concatenate([int8.encode([text]) for text in TEXTS])
    backwards = int8.encode(TEXTS[::-1])[::-1]
    twice = int8.encode([text for text in TEXTS for _ in range(2)])[::2]
    for other in (alone, backwards, twice, Embedder(cache=False, threads=1).encode(TEXTS)):
        np.testing.assert_array_equal(together, other)


def test_another_process_computes_the_same_bits(int8):
    path = os.pathsep.join(filter(None, [str(Path(weights.__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-c", PRINT_VECTOR, TENT]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}, check=True)
    assert np.array_equal(np.frombuffer(bytes.fromhex(done.stdout), np.float32), int8.encode([TENT])[0])


def test_a_long_text_is_read_to_its_end(f32):
    start = "The tent is green and sleeps two people. " * 40
    ends = ["Returns are free of charge within thirty days. " * 20, "Bears live in the forest and eat berries. " * 20]
    vectors = f32.encode([start + end for end in ends])
    assert vectors[0] @ vectors[1] < 0.95
    assert len(f32.pieces(start)) > WINDOW


def test_a_long_text_is_the_weighted_mean_of_its_windows(f32):
    words = ("tent boat stove rope lamp " * 103).split()[:511]  # one piece each: windows of 171, 170 and 170
    windows = [words[:171], words[171:341], words[341:]]
    parts = f32.encode([" ".join(window) for window in windows])
    mean = np.array([171, 170, 170]) @ parts
    whole = f32.encode([" ".join(words)])[0]
    np.testing.assert_allclose(whole, mean / np.linalg.norm(mean), atol=1e-5)


@given(st.integers(0, 3000))
def test_windows_are_few_even_and_complete(n):
    windows = split(np.arange(n))
    sizes = [len(window) for window in windows]
    assert np.array_equal(np.concatenate(windows), np.arange(n))
    assert max(sizes) <= WINDOW - 2
    assert max(sizes) - min(sizes) <= 1
    assert len(windows) == max(1, -(-n // (WINDOW - 2)))


def test_cutting_a_huge_text_for_the_tokenizer_changes_no_piece(int8):
    sentence = "Unbelievably lightweight sleeping-bags, 1,234.50 EUR each!\n"
    once = int8.pieces(sentence)
    assert np.array_equal(int8.pieces(sentence * 2000), np.tile(once, 2000))


@pytest.mark.parametrize("text", ["x" * 100_000, "word " * 20_000, "\n" * 100_000, "帐篷" * 20_000])
def test_100_kilobytes_have_a_vector(int8, text):
    assert np.linalg.norm(int8.encode([text])) == pytest.approx(1, abs=1e-6)


def test_blank_texts_share_the_vector_of_nothing(int8):
    vectors = int8.encode(["", "   ", "\n\t", "\x00", "\ud800", "\u200b"])
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


def test_half_a_surrogate_pair_is_left_out_and_a_whole_one_is_joined(int8):
    broken, clean = int8.encode(["a tent \udc80 for two", "a tent  for two"])
    assert np.array_equal(broken, clean)
    assert np.array_equal(*int8.encode(["\ud83c\udfd5 tent", "🏕 tent"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec=None), max_size=300), max_size=4))
@example(["[CLS] [SEP] [PAD] [MASK]", "\ufffd\ufeff\x7f"])
def test_any_text_has_a_vector_of_length_one(int8, texts):
    vectors = int8.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("texts", ["one text", b"bytes", ["fine", None], ["fine", b"bytes"], [3]])
def test_what_is_not_a_list_of_texts_is_refused(int8, texts):
    with pytest.raises(EmbeddingError, match="not"):
        int8.encode(texts)


def test_unknown_precision_is_refused():
    with pytest.raises(EmbeddingError, match="'f16'"):
        Embedder("f16")


def test_progress_goes_to_stderr(int8, capsys):
    int8.encode([TENT])
    assert capsys.readouterr().err == ""
    int8.encode([TENT], progress=True)
    assert "1/1" in capsys.readouterr().err


def test_ids_tell_precisions_apart(int8, f32):
    assert int8.id != f32.id
    assert int8.id == Embedder(cache=False).id


def test_default_embedder_is_shared():
    assert default_embedder() is default_embedder()


def test_importing_loads_neither_onnx_nor_its_runtime():
    code = (
        "import sys, groundwork.models.embed; print([m for m in ('onnx', 'onnxruntime', 'torch') if m in sys.modules])"
    )
    env = os.environ | {"PYTHONPATH": str(Path(weights.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_vectors_come_from_the_cache_and_a_damaged_one_is_healed(own_cache):
    embedder = Embedder(threads=1)
    first = embedder.encode(TEXTS[:4])
    file = own_cache / "vectors" / f"{embedder.id}.sqlite"
    embedder._session = None  # from here on, computing would fail
    np.testing.assert_array_equal(embedder.encode(TEXTS[:4][::-1])[::-1], first)
    file.write_bytes(b"this is not a database" * 500)
    fresh = Embedder(threads=1)
    with pytest.warns(RuntimeWarning, match="damaged"):
        np.testing.assert_array_equal(fresh.encode(TEXTS[:4]), first)
    fresh._session = None
    np.testing.assert_array_equal(fresh.encode(TEXTS[:4]), first)


@pytest.mark.slow
def test_a_damaged_graph_is_built_again(own_cache):
    before = Embedder(cache=False).encode([TENT])
    graph = next((own_cache / "graphs").glob("*.onnx"))
    content = bytearray(graph.read_bytes())
    for damaged in (
        content[: len(content) // 2],
        content[:-5_000_000] + bytes([content[-5_000_000] ^ 1]) + content[-4_999_999:],
    ):
        graph.write_bytes(damaged)
        np.testing.assert_array_equal(Embedder(cache=False).encode([TENT]), before)
        assert graph.read_bytes() == content
    graph.with_suffix(".sha256").unlink()
    np.testing.assert_array_equal(Embedder(cache=False).encode([TENT]), before)
    assert not list((own_cache / "graphs").glob("*.part"))


@pytest.mark.slow
def test_works_where_nothing_can_be_cached(own_cache, int8):
    (own_cache / "graphs").write_text("a file where the folder should be")
    (own_cache / "vectors").write_text("here, too")
    with pytest.warns(RuntimeWarning) as caught:
        embedder = Embedder()
        found = embedder.encode([TENT])
        embedder.encode(TEXTS[:2])
    np.testing.assert_array_equal(found, int8.encode([TENT]))
    assert sorted("graphs" in str(warning.message) for warning in caught) == [False, True]  # one warning each
