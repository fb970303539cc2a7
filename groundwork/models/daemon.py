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
    """Return when the record is gone, or after `idle` seconds without a request or a client's touch of the record."""
    seen: object = None
    active = time.monotonic()
    while True:
        record = place.read()
        if record is None or record.key != key:
            return
        numbers = _metrics(server)
        traces = (_touched(place), numbers)
        if traces != seen or numbers.get("requests_processing") or numbers.get("requests_deferred"):
            seen, active = traces, time.monotonic()
        if time.monotonic() - active > idle:
            place.record.unlink(missing_ok=True)
            return
        _trim_log()
        time.sleep(POLL_SECONDS)


def _touched(place: Place) -> int:
    try:
        return place.record.stat().st_mtime_ns
    except OSError:
        return 0


def _metrics(server: Any) -> dict[str, float]:
    """Return llama.cpp's counters that tell whether somebody is using it."""
    wanted = ("requests_processing", "requests_deferred", "prompt_tokens_total", "tokens_predicted_total")
    text = server.handle_metrics()
    pairs = (line.removeprefix("llamacpp:").split() for line in str(text).splitlines() if line.startswith("llamacpp:"))
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2 and pair[0] in wanted}


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
