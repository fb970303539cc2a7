"""What the chat model costs on this machine: starting, reading, writing, our client's overhead, and the cache.

Measured on a server of its own, so that others who use the shared one neither disturb nor are disturbed. Issue 2 sets
no bars for chat; the ratios hold on any machine, the speeds are this one's.
"""

import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from groundwork.evaluation.rows import Row
from groundwork.models import server
from groundwork.models.chat import Chat

ASK = [{"role": "user", "content": "Reply with the word yes."}]
READING = 300  # tokens, about
WRITING = 32  # tokens
REPEATS = 5


def rows(model: str = server.DEFAULT_MODEL) -> list[Row]:
    """Measure and return the rows; takes under a minute on two cores once the weights are cached."""
    with _own_server(model) as (endpoint, start_seconds):
        return [
            Row("chat: start of the local server", start_seconds, "s", n=1, baseline="weights cached"),
            *_speeds(model),
            _overhead(model, endpoint),
            _cache_gain(model),
            Row("chat: memory of the local server", server_megabytes(model), "MB", n=1),
        ]


@contextmanager
def _own_server(model: str) -> Iterator[tuple[server.Endpoint, float]]:
    """Yield a fresh server and the seconds that its start took; stop it at the end."""
    from groundwork.models import weights

    weights.path(model)  # a download is not part of a start
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        away = {"GROUNDWORK_RUNTIME": folder, "GROUNDWORK_BASE_URL": ""}
        with mock.patch.dict(os.environ, away):
            try:
                begun = time.perf_counter()
                endpoint = server.ensure(model)
                yield endpoint, time.perf_counter() - begun
            finally:
                server.stop(model)


def _speeds(model: str) -> list[Row]:
    """Return tokens a second, read and written, as a client sees them."""
    chat = Chat(model, cache=False)
    chat.complete(ASK, max_tokens=1)  # imports the client library
    text = " ".join(f"item{i}" for i in range(READING // 3))
    long = chat.complete([{"role": "user", "content": text}], max_tokens=1)
    short = chat.complete(ASK, max_tokens=1)
    story = chat.complete([{"role": "user", "content": "Write a long story about a tent."}], max_tokens=WRITING)
    first = chat.complete([{"role": "user", "content": "Write a long story about a tent."}], max_tokens=1)
    read = (long.prompt_tokens - short.prompt_tokens) / max(long.seconds - short.seconds, 1e-3)
    written = (story.completion_tokens - 1) / max(story.seconds - first.seconds, 1e-3)
    return [
        Row("chat: prompt read", read, "tokens/s", n=long.prompt_tokens),
        Row("chat: answer written", written, "tokens/s", n=story.completion_tokens),
    ]


def _overhead(model: str, endpoint: server.Endpoint) -> Row:
    """Return how many times as long one short request takes through our client as through a bare connection."""
    chat = Chat(model, cache=False)
    body = {"messages": ASK, "max_tokens": 4, "temperature": 0, "seed": 0, "cache_prompt": False}
    ours, bare = [], []
    for _ in range(REPEATS):  # taken in turns, so that a busy machine slows both
        bare.append(_seconds(lambda: _bare(endpoint, body)))
        ours.append(_seconds(lambda: chat.complete(ASK, max_tokens=4)))
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    value = statistics.median(ours) / statistics.median(bare)
    return Row("chat: our client", value, "x", min(ratios), max(ratios), REPEATS, "bare HTTP request, same answer")


def _bare(endpoint: server.Endpoint, body: dict[str, Any]) -> None:
    connection = http.client.HTTPConnection(endpoint.base_url.split("/")[2], timeout=60)
    headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    connection.getresponse().read()
    connection.close()


def _cache_gain(model: str) -> Row:
    """Return how many times faster an answer comes from the cache than from the model."""
    empty = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with empty as folder, mock.patch.dict(os.environ, {"GROUNDWORK_CACHE": folder}):
        chat = Chat(model)
        computed = chat.complete(ASK, max_tokens=4).seconds
        hits = [_seconds(lambda: chat.complete(ASK, max_tokens=4)) for _ in range(20)]
    ratios = [computed / hit for hit in hits]
    value = statistics.median(ratios)
    return Row(
        "chat: answer from the cache, faster by", value, "x", min(ratios), max(ratios), len(hits), "computing it"
    )


def server_megabytes(model: str) -> float:
    """Resident memory of the local server of a model, in megabytes; 0 if none runs."""
    import psutil  # type: ignore[import-untyped]  # comes with JupyterLab's kernel

    record = server.Place.of(model).read()
    return float(psutil.Process(record.pid).memory_info().rss / 1e6) if record else 0.0


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
