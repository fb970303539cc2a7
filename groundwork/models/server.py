"""The local chat server: one llama.cpp process per user and model, shared by every program that asks.

`ensure(model)` finds the running server or starts one and returns its address and key. The process
(`python -m groundwork.models.server --model NAME`, in `daemon.py`) listens on loopback only, with a random key that
stands in a record that only this user can read, and ends by itself when idle.

Two locks make this safe: `*.start.lock` is held by whoever starts a server, `*.alive.lock` by the server as long as it
lives, so that a record can be told from the leftover of a dead process without trusting process ids.
"""

import hashlib
import http.client
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from groundwork.errors import GroundworkError
from groundwork.models import weights
from groundwork.models.chat_errors import ModelUnavailable
from groundwork.models.sources import File
from groundwork.paths import ROOT, cache_dir

DEFAULT_MODEL = "qwen2.5-coder-1.5b-instruct"
# Small batches cost no speed (measured), and an aborted request leaves the server after at most one of them.
# Prompts are never cached: a cache made answers depend on earlier requests. See daemon.py for the rest.
SETTINGS = {"n_ctx": 4096, "n_batch": 128, "n_ubatch": 128, "n_parallel": 1}
START_SECONDS = 180.0  # reading 1 GB from a slow disk, with a virus scanner
PATIENCE = 2.0  # seconds without a word before a line about starting is shown


@dataclass(frozen=True)
class Endpoint:
    """Where a local model answers: an OpenAI-compatible `base_url`, its `key`, and the SHA-256 of the weights."""

    base_url: str
    key: str = field(repr=False)
    model: str
    sha256: str


@dataclass(frozen=True)
class Record:
    """What a running server writes down about itself, in a file with mode 0600."""

    pid: int
    port: int
    key: str = field(repr=False)
    model: str
    sha256: str
    version: str

    def endpoint(self) -> Endpoint:
        """Return what a client needs."""
        return Endpoint(f"http://127.0.0.1:{self.port}/v1", self.key, self.model, self.sha256)


@dataclass(frozen=True)
class Status:
    """A server that has a record: `healthy` is False if it does not answer as itself."""

    model: str
    pid: int
    port: int
    healthy: bool


@dataclass(frozen=True)
class Place:
    """The files of one server: same model, weights, settings and llama.cpp, same place."""

    record: Path
    log: Path
    starting: Path
    alive: Path

    @classmethod
    def of(cls, model: str) -> "Place":
        """Return where the server for `model` is registered."""
        stem = runtime_dir() / f"{model}-{fingerprint(model)[:12]}"
        return cls(*(stem.with_name(stem.name + end) for end in (".json", ".log", ".start.lock", ".alive.lock")))

    def read(self) -> Record | None:
        """Return the record, or None if there is none that makes sense."""
        try:
            return Record(**json.loads(self.record.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def occupied(self) -> bool:
        """Say whether a server process lives here, loading or loaded."""
        try:
            with FileLock(self.alive, timeout=0.05, poll_interval=0.01):  # others may be looking, for a moment
                return False
        except Timeout:
            return True


def runtime_dir() -> Path:
    """The folder of records, locks and logs, for this user only: `GROUNDWORK_RUNTIME`, or `servers` in the cache."""
    folder = Path(os.environ.get("GROUNDWORK_RUNTIME") or cache_dir() / "servers").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ModelUnavailable(
            f"The folder for the local model server {folder} can't be made: {error.strerror or error}. "
            "Set GROUNDWORK_RUNTIME to a folder that you may write to."
        ) from error
    return folder


def weight_file(model: str) -> File:
    """Return the GGUF file of a model as the manifest states it, without fetching it. Raises ModelUnavailable."""
    entry = weights.load_manifest().get(model)
    files = [file for file in entry.files if file.name.endswith(".gguf")] if entry else []
    if not files:
        raise ModelUnavailable(f"There is no chat model {model!r}. Known: {', '.join(chat_models())}.")
    return files[0]


def chat_models() -> list[str]:
    """Return the names of the models that a local server can run."""
    manifest = weights.load_manifest()
    return [name for name, model in manifest.items() if any(file.name.endswith(".gguf") for file in model.files)]


def fingerprint(model: str) -> str:
    """Return a hash of all that shapes an answer besides the request: the weights, llama.cpp and the settings."""
    traits = [weight_file(model).sha256, importlib.metadata.version("xllamacpp"), sorted(SETTINGS.items())]
    return hashlib.sha256(json.dumps(traits).encode()).hexdigest()


def ensure(model: str = DEFAULT_MODEL) -> Endpoint:
    """Return the running server for `model`, starting it (and fetching the weights) if need be.

    Safe from many processes at once: one starts it, the others wait. Raises ModelUnavailable.
    """
    place = Place.of(model)
    record = place.read()
    if record is None or not healthy(record.endpoint()):
        try:
            with FileLock(place.starting, timeout=START_SECONDS * 2):
                record = _found(place) or _start(place, model)
        except Timeout:
            raise ModelUnavailable(f"Another process has been starting {model} for minutes: see {place.log}.") from None
        except OSError as error:
            raise ModelUnavailable(f"The local server for {model} can't be started: {error}.") from error
    _touch(place)
    return record.endpoint()


def healthy(endpoint: Endpoint) -> bool:
    """Say whether our own server answers there: it accepts the key and names the model. Takes about a millisecond."""
    status, answer = request(endpoint, "GET", "/v1/models")
    if status != 200 or not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        return False
    return any(isinstance(entry, dict) and entry.get("id") == endpoint.model for entry in answer["data"])


def request(endpoint: Endpoint, method: str, path: str, body: object = None) -> tuple[int, object]:
    """Send a small request to a local server past any proxy; return (0, None) if nothing sensible comes back."""
    address = endpoint.base_url.removeprefix("http://").split("/")[0]
    connection = http.client.HTTPConnection(address, timeout=5)
    headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read(1 << 22))
    except (OSError, ValueError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()


def stop(model: str = DEFAULT_MODEL, seconds: float = 5.0) -> bool:
    """End the server for `model`, killing it if it does not end in time. Returns whether one was running."""
    place = Place.of(model)
    record = place.read()
    running = place.occupied()
    place.record.unlink(missing_ok=True)  # a server without a record ends itself
    if running:
        _await_end(place, record, seconds)
    return running


def status() -> list[Status]:
    """Return every server that has a record, of any model and version."""
    found = []
    for path in sorted(runtime_dir().glob("*.json")):
        record = Place(path, path, path, path).read()
        if record:
            found.append(Status(record.model, record.pid, record.port, healthy(record.endpoint())))
    return found


def _found(place: Place) -> Record | None:
    """Return the healthy server that others have started meanwhile; clear away what is stale or hung."""
    if not place.occupied():
        place.record.unlink(missing_ok=True)
        return None
    deadline = time.monotonic() + START_SECONDS
    while place.occupied() and time.monotonic() < deadline:  # perhaps it is still loading: its starter was killed
        record = place.read()
        if record and healthy(record.endpoint()):
            return record
        if record:  # its own record, since a server removes any older one first; listening comes before the record
            _await_end(place, record, 0)
            break
        time.sleep(0.05)
    place.record.unlink(missing_ok=True)
    return None


def _await_end(place: Place, record: Record | None, seconds: float) -> None:
    """Wait until the server is gone; kill it after `seconds`. The lock that it holds says that the pid is its own."""
    deadline = time.monotonic() + seconds
    while place.occupied() and time.monotonic() < deadline:
        time.sleep(0.02)
    if record and place.occupied():
        with suppress(OSError):  # it has just ended
            os.kill(record.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        deadline = time.monotonic() + 5
        while place.occupied() and time.monotonic() < deadline:
            time.sleep(0.02)


def _start(place: Place, model: str) -> Record:
    """Start a server and wait until it answers. Raises ModelUnavailable with the last lines of its log."""
    try:
        weights.path(model)  # here rather than in the server, so that the user sees the progress
    except GroundworkError as error:
        raise ModelUnavailable(str(error)) from error
    begun = time.monotonic()
    process = _spawn(place, model)
    said = False
    running = True
    while running and time.monotonic() - begun < START_SECONDS:
        running = process.poll() is None  # if it ended because another server came first, that one has a record
        record = place.read()
        if record and healthy(record.endpoint()):
            if said:
                sys.stderr.write(f"The local model is ready ({time.monotonic() - begun:.0f} s).\n")
            threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie if it ends before us
            return record
        if not said and time.monotonic() - begun > PATIENCE:
            said = True
            sys.stderr.write(f"Starting the local model {model} …\n")
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
        process.wait()
    raise ModelUnavailable(f"The local server for {model} did not start: {_last_words(place.log)} (log: {place.log})")


def _spawn(place: Place, model: str) -> subprocess.Popen[bytes]:
    """Start the server process so that it outlives us, and Ctrl-C in our terminal does not reach it."""
    environment = {name: value for name, value in os.environ.items() if name != "GROUNDWORK_API_KEY"}
    environment["GROUNDWORK_RUNTIME"] = str(place.record.parent)
    environment["GROUNDWORK_CACHE"] = str(cache_dir().resolve())
    # Threads that wait by spinning made an answer 3 to 5 times slower whenever anything else was running (measured).
    environment.setdefault("OMP_WAIT_POLICY", "passive")
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-m", "groundwork.models.server", "--model", model]
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
    with place.log.open("wb") as log:
        return subprocess.Popen(
            command, env=environment, cwd=place.record.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, creationflags=flags,
        )  # fmt: skip


def _last_words(log: Path) -> str:
    try:
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        lines = []
    return " | ".join([line for line in lines if line][-3:])[-600:] or "it said nothing"


def _touch(place: Place) -> None:
    with suppress(OSError):  # a server that ends right now is found out by the request, which is sent again
        os.utime(place.record)


if __name__ == "__main__":
    from groundwork.models.daemon import main

    main()
