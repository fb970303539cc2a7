"""The cache of vectors: never a wrong vector, never an error, many processes at once."""

import multiprocessing
import os
import sqlite3
import warnings

import numpy as np
import pytest

from groundwork.models import vector_cache
from groundwork.models.vector_cache import VectorCache

KEYS = [bytes([n]) * 32 for n in range(8)]


def vectors(keys, dimensions=4):
    return {key: np.full(dimensions, key[0] / 7, np.float32) for key in keys}


@pytest.fixture
def cache(tmp_path):
    return VectorCache(tmp_path / "deep" / "vectors.sqlite", 4)


def equal(found, expected):
    return found.keys() == expected.keys() and all(np.array_equal(found[key], expected[key]) for key in expected)


def test_what_was_put_is_got_and_only_that(cache):
    assert cache.get_many(KEYS) == {}
    cache.put_many(vectors(KEYS[:5]))
    assert equal(cache.get_many(KEYS), vectors(KEYS[:5]))
    assert equal(VectorCache(cache.path, 4).get_many(KEYS[3:]), vectors(KEYS[3:5]))
    assert cache.get_many([]) == {}


def test_the_first_vector_of_a_key_stays(cache):
    cache.put_many(vectors(KEYS))
    cache.put_many({KEYS[0]: np.ones(4)})
    assert equal(cache.get_many(KEYS), vectors(KEYS))


def test_more_keys_than_one_query_takes(cache):
    many = {n.to_bytes(32, "big"): np.full(4, n, np.float32) for n in range(1700)}
    cache.put_many(many)
    assert equal(cache.get_many(list(many)), many)


def test_clear_forgets_everything(cache):
    cache.clear()
    cache.put_many(vectors(KEYS))
    cache.clear()
    assert cache.get_many(KEYS) == {}
    cache.put_many(vectors(KEYS))
    assert equal(cache.get_many(KEYS), vectors(KEYS))


def test_the_oldest_go_when_it_is_full(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite", 4, limit=3)
    for key in KEYS:
        cache.put_many(vectors([key]))
    assert equal(cache.get_many(KEYS), vectors(KEYS[-3:]))


def test_vectors_of_the_wrong_shape_are_a_mistake(cache):
    with pytest.raises(ValueError, match=r"\(4,\)"):
        cache.put_many({KEYS[0]: np.ones(5)})


def test_a_changed_bit_is_noticed(cache):
    cache.put_many(vectors(KEYS[:3]))
    with sqlite3.connect(cache.path) as connection:
        stored = bytearray(connection.execute("SELECT vector FROM vectors WHERE key = ?", [KEYS[1]]).fetchone()[0])
        stored[2] ^= 1
        connection.execute("UPDATE vectors SET vector = ? WHERE key = ?", [bytes(stored), KEYS[1]])
        connection.execute("UPDATE vectors SET vector = ? WHERE key = ?", ["text", KEYS[2]])
    connection.close()
    assert equal(cache.get_many(KEYS), vectors(KEYS[:1]))


@pytest.mark.parametrize("damage", ["garbage", "overwritten", "truncated"])
def test_a_damaged_file_is_replaced(cache, damage):
    many = {n.to_bytes(32, "big"): np.full(4, n, np.float32) for n in range(500)}
    cache.put_many(many)
    content = cache.path.read_bytes()
    half = len(content) // 2
    cache.path.write_bytes(
        {
            "garbage": b"not a database " * 1000,
            "overwritten": content[:4096] + os.urandom(len(content) - 4096),
            "truncated": content[:half],
        }[damage]
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = cache.get_many(list(many))
        cache.put_many(many)
        cache.put_many(many)
        again = cache.get_many(list(many))
    assert all(np.array_equal(found[key], many[key]) for key in found)
    assert equal(again, many)
    assert [("damaged" in str(warning.message)) for warning in caught] == [True]


def test_no_place_to_write_costs_one_warning(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = VectorCache(tmp_path / "file" / "vectors.sqlite", 4)
    with pytest.warns(RuntimeWarning, match="computed again") as caught:
        for _ in range(3):
            cache.put_many(vectors(KEYS))
            assert cache.get_many(KEYS) == {}
    assert len(caught) == 1


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="folders that can't be written: not here, or not for root"
)
def test_a_read_only_cache_costs_no_error(cache):
    cache.put_many(vectors(KEYS[:2]))
    cache.path.chmod(0o400)
    cache.path.parent.chmod(0o500)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            cache.put_many(vectors(KEYS))
            found = cache.get_many(KEYS)
        assert len(caught) == 1
        assert equal(found, vectors(found))
    finally:
        cache.path.parent.chmod(0o700)


def test_a_lock_that_stays_is_not_waited_for_for_ever(cache, monkeypatch):
    cache.put_many(vectors(KEYS[:2]))
    monkeypatch.setattr(vector_cache, "PATIENCE", 0.05)
    other = sqlite3.connect(cache.path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert equal(cache.get_many(KEYS), vectors(KEYS[:2]))  # readers don't wait for a writer
        with pytest.warns(RuntimeWarning, match="locked"):
            cache.put_many(vectors(KEYS[2:]))
    finally:
        other.close()
    cache.put_many(vectors(KEYS[2:]))
    assert equal(cache.get_many(KEYS), vectors(KEYS))


def write_some(path, first):
    """Run by several processes at once: every key is written by two of them."""
    warnings.simplefilter("error")
    cache = VectorCache(path, 4)
    for n in range(first, first + 60):
        cache.put_many({n.to_bytes(32, "big"): np.full(4, n, np.float32)})


def test_processes_write_at_the_same_time(tmp_path):
    path = tmp_path / "vectors.sqlite"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=write_some, args=(path, first)) for first in (0, 30, 60)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    expected = {n.to_bytes(32, "big"): np.full(4, n, np.float32) for n in range(120)}
    assert equal(VectorCache(path, 4).get_many(list(expected)), expected)
