"""The cache of answers: right after any damage, shared by processes, never in the way."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from groundwork.models import response_cache
from groundwork.models.response_cache import ResponseCache, request_key

ANSWER = {"text": "Fine, schöne Grüße 🏕", "tokens": [["Fine", -0.25, {"Fine": -0.25}]], "n": 3}


@pytest.fixture
def cache(tmp_path):
    return ResponseCache(tmp_path / "deep" / "answers.sqlite")


def test_an_answer_comes_back_as_it_was(cache):
    assert cache.get("a") is None
    cache.put("a", ANSWER)
    assert cache.get("a") == ANSWER
    assert cache.get("b") is None
    cache.put("a", {"text": "newer"})
    assert cache.get("a") == {"text": "newer"}
    cache.clear()
    assert cache.get("a") is None


def test_the_key_tells_models_and_every_field_apart_but_not_the_order_of_fields():
    request = {"messages": [{"role": "user", "content": "x"}], "max_tokens": 5}
    key = request_key("m", request)
    assert key == request_key("m", dict(reversed(request.items())))
    assert key != request_key("n", request)
    assert key != request_key("m", request | {"max_tokens": 6})
    assert key != request_key("m", request | {"seed": None})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1), noise=st.binary(min_size=1, max_size=5000), whole=st.booleans())
@example(where=0.0, noise=b"\x00\x00", whole=False)  # SQLite's message was no UTF-8 then
def test_after_any_damage_it_gives_the_answer_or_none_and_soon_works_again(cache, where, noise, whole):
    cache.put("a", ANSWER)
    content = cache.path.read_bytes()
    at = int(where * len(content))
    cache.path.write_bytes(noise if whole else content[:at] + noise + content[at + len(noise) :])
    assert cache.get("a") in (None, ANSWER)
    cache.put("b", ANSWER)
    cache.put("b", ANSWER)
    assert cache.get("b") in (None, ANSWER)
    cache.clear()
    cache.put("b", ANSWER)
    assert cache.get("b") == ANSWER


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_replaced(cache, content):
    cache.path.parent.mkdir()
    cache.path.write_bytes(content)
    assert cache.get("a") is None
    cache.put("a", ANSWER)
    assert cache.get("a") == ANSWER


def test_a_cache_that_can_not_be_written_is_a_miss(tmp_path):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.sqlite").mkdir()
    for path in (tmp_path / "file" / "answers.sqlite", tmp_path / "folder.sqlite"):
        cache = ResponseCache(path)
        cache.put("a", ANSWER)
        assert cache.get("a") is None


def test_the_oldest_answers_go_when_there_are_too_many(cache, monkeypatch):
    monkeypatch.setattr(response_cache, "LIMIT", 3)
    for i in range(6):
        cache.put(str(i), {"i": i})
    assert [cache.get(str(i)) for i in range(6)] == [None, None, None, {"i": 3}, {"i": 4}, {"i": 5}]


def test_many_processes_write_at_once_and_nothing_is_lost(cache):
    code = (
        "import sys; from pathlib import Path; from groundwork.models.response_cache import ResponseCache\n"
        "cache = ResponseCache(Path(sys.argv[1]))\n"
        "for i in range(25): cache.put(f'{sys.argv[2]} {i}', {'i': i})"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(cache.path), str(n)]) for n in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert all(cache.get(f"{n} {i}") == {"i": i} for n in range(4) for i in range(25))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folder private by other means")
def test_only_the_user_may_read_it(cache):
    cache.put("a", ANSWER)
    files = list(cache.path.parent.iterdir())
    assert files and all(file.stat().st_mode & 0o077 == 0 for file in files)
