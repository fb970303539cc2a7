"""The process that runs one model: `python -m groundwork.models.server --model NAME`, started by `server.ensure`.

It holds the alive lock as long as it lives, writes its record once it answers, and ends when the record is removed
or when nothing was asked for `GROUNDWORK_SERVER_IDLE` seconds (600). llama.cpp runs in threads of this process.
"""

import argparse
import importlib.metadata
import json
import os
import secrets
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from groundwork.errors import GroundworkError
from groundwork.files import replacing
from groundwork.models import weights
from groundwork.models.server import SETTINGS, Place, Record, weight_file

LOG_LIMIT = 1_000_000  # bytes
POLL_SECONDS = 0.25


def main() -> None:
    """Serve the model until idle or told to stop."""
    parser = argparse.ArgumentParser(prog="groundwork.models.server", description=__doc__)
    parser.add_argument("--model", required=True, help="a chat model of weights.toml")
    model = parser.parse_args().model
    try:
        _serve(model, Place.of(model), _idle_seconds())
    except GroundworkError as error:
        sys.exit(str(error))


def _serve(model: str, place: Place, idle: float) -> None:
    with FileLock(place.alive, timeout=10):  # a server that is ending keeps it a moment longer
        place.record.unlink(missing_ok=True)
        key = secrets.token_urlsafe(32)
        server = _load(model, weights.path(model) / weight_file(model).name, key)
        port = int(server.listening_address.rsplit(":", 1)[1])
        version = importlib.metadata.version("xllamacpp")
        _publish(place, Record(os.getpid(), port, key, model, weight_file(model).sha256, version))
        _watch(server, place, key, idle)
        sys.stderr.flush()
        os._exit(0)  # frees everything at once, even in mid-answer, where llama.cpp's own end would wait


def _load(model: str, path: Path, key: str) -> Any:
    """Start llama.cpp on a free port of the loopback, with one slot and nothing kept between requests."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {model}
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
    for name, value in SETTINGS.items():
        setattr(params, name, value)
    params.cache_prompt = params.cache_idle_slots = False
    params.cache_ram_mib = params.n_ctx_checkpoints = 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _threads()
    params.ui = params.endpoint_slots = params.endpoint_props = False  # slots would show prompts
    params.endpoint_metrics = True
    params.fit_params = False
    params.sse_ping_interval = 1  # seconds; only by writing does it notice that the asker of a stream has gone
    params.verbosity = 1  # errors only
    return xllamacpp.Server(params)


def _publish(place: Place, record: Record) -> None:
    with replacing(place.record) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(record), file)


def _watch(server: Any, place: Place, key: str, idle: float) -> None:
    """Return when the record is gone, or when nothing was asked for one to two times `idle` seconds.

    llama.cpp is asked only then: asked more often than once a second, it no longer notices that a client has gone
    (it looks for that after a second in which no thread got any result), and reads an abandoned prompt to its end.
    """
    seen: object = None
    touched, active = 0, time.monotonic()
    while (record := place.read()) is not None and record.key == key:
        now = time.monotonic()
        if touched != (touched := _touched(place)):
            active = now
        elif now - active > max(idle, 1.5):
            if (numbers := _numbers(server)) == seen and not numbers["requests_processing"]:
                place.record.unlink(missing_ok=True)
                return
            seen, active = numbers, now
        _trim_log()
        time.sleep(POLL_SECONDS)


def _touched(place: Place) -> int:
    try:
        return place.record.stat().st_mtime_ns
    except OSError:
        return 0


def _numbers(server: Any) -> dict[str, float]:
    """Return llama.cpp's counters that tell whether somebody is using it."""
    wanted = ("requests_processing", "prompt_tokens_total", "tokens_predicted_total")
    lines = [line.removeprefix("llamacpp:").split() for line in str(server.handle_metrics()).splitlines()]
    return dict.fromkeys(wanted, 0.0) | {line[0]: float(line[1]) for line in lines if line and line[0] in wanted}


def _idle_seconds() -> float:
    given = os.environ.get("GROUNDWORK_SERVER_IDLE") or "600"
    try:
        return float(given)
    except ValueError:
        raise GroundworkError(f"GROUNDWORK_SERVER_IDLE is a number of seconds, not {given!r}.") from None


def _trim_log() -> None:
    """Empty the log (our standard error) when it has grown too large."""
    if os.fstat(2).st_size > LOG_LIMIT:
        os.ftruncate(2, 0)
        os.lseek(2, 0, os.SEEK_SET)


def _threads() -> int:
    """Return how many threads to compute with: the processors that we may use; above four, half (hyper-threads)."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        count = min(count, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):  # not Linux, or no limit
        pass
    return count if count <= 4 else max(4, count // 2)
