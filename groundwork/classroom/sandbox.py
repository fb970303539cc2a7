"""Running a learner's functions where they can do no harm: calls go in, plain data comes out.

    with Sandbox() as sandbox:
        ran = sandbox.run(["def double(x): return 2 * x"], "double", [Call((21,))])
    ran.results -> [Result(value=42)]

bubblewrap gives the worker (worker.py) a read-only Python and nothing else: no network, no home, no course material;
cage.py shuts every exercise off from the next. What comes back may be forged and is only ever decoded by plain.py.
"""

import builtins
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from groundwork.classroom import plain, worker
from groundwork.classroom.bubble import INSIDE, QUIET, bubblewrap, missing, real_python, site_packages
from groundwork.classroom.exercise import Call, Result
from groundwork.errors import GroundworkError
from groundwork.paths import ROOT

BOOT = (
    "import sys; sys.path += sys.argv[1].split('|'); from groundwork.classroom import worker; worker.main(sys.argv[2])"
)
GRACE = 5.0  # seconds that the worker may be late with its own time-out before it is killed
FIRST_UNUSED_UID, UIDS = 1_900_000_000, 10**8  # far from what systems and containers hand out


class SandboxMissingError(GroundworkError):
    """There is no sandbox here, and none was waived."""


class SandboxDiedError(GroundworkError):
    """The sandbox ended in the middle of an exchange."""


@dataclass(frozen=True)
class Limits:
    """What one exercise may use."""

    setup_seconds: float = 10.0  # for its cells, imports included
    memory_bytes: int = 3 << 29  # 1.5 GiB of addresses a process, and of memory all together
    scratch_bytes: int = 16 << 20
    processes: int = 32  # threads count
    cap: int = 4 << 20  # bytes of results


@dataclass(frozen=True)
class Ran:
    """What a run gave: a result for each call, or none and the reason. `detail` is for the instructor's eyes only."""

    results: tuple[Result, ...]
    failure: str = ""
    detail: str = ""


class Sandbox:
    """A worker behind bubblewrap, started when first needed and again after a death. Not for several threads."""

    def __init__(self, limits: Limits | None = None, *, unsafe: bool = False, preload: Sequence[str] = ()) -> None:
        """`unsafe` runs without bubblewrap: a learner's code can then do whatever you can. `preload`: packages that
        are imported once instead of once an exercise. Raises SandboxMissingError if there is no bubblewrap.
        """
        self.limits, self.unsafe, self.preload = limits or Limits(), unsafe, ["numpy", *preload]
        if not unsafe and (reason := missing()):
            raise SandboxMissingError(reason)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and all that runs in it."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def run(self, cells: Sequence[str], function: str, calls: Sequence[Call], seconds: float = 5.0) -> Ran:
        """Run the cells, then each call of the function. Whatever happens in there, the answer is a Ran."""
        request = {
            "ticket": secrets.token_hex(16),
            "cells": list(cells),
            "function": function,
            "calls": [plain.encode(call.args) for call in calls],
            "seconds": seconds,
            **vars(self.limits),
        }
        body = json.dumps(request).encode("ascii")
        for attempt in (1, 2):  # the second if the worker died before it could have seen this request
            fresh = self.process is None
            try:
                return read_reply(self.exchange(body, seconds), request, len(calls))
            except SandboxDiedError as error:
                if fresh or attempt == 2:
                    return Ran((), "Your code ended the process that it runs in.", str(error))
        raise AssertionError("unreachable")

    def exchange(self, body: bytes, seconds: float) -> bytes:
        """Send a request and read its reply. Raises SandboxDiedError; the worker is gone then."""
        self.process = process = self.process or self.start()
        assert process.stdin and process.stdout  # noqa: S101 - for the type checker
        killer = threading.Timer(self.limits.setup_seconds + seconds + GRACE, process.kill)
        killer.daemon = True
        killer.start()
        try:
            worker.write_frame(process.stdin.fileno(), body)
            reply = worker.read_frame(process.stdout.fileno(), self.limits.cap + (1 << 17))
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise SandboxDiedError(f"The sandbox ended: {type(error).__name__}.") from error
        finally:
            killer.cancel()
        if self.unsafe:
            self.close()
        return reply

    def start(self) -> subprocess.Popen[bytes]:
        """Start the worker."""
        settings: dict[str, Any] = {"caged": not self.unsafe, "uid": None, "preload": self.preload}
        if self.unsafe:
            command, env = [sys.executable, *flags([*sys.path, str(ROOT)], settings)], bare_environment()
            return spawned(command, env, tempfile.gettempdir())
        if os.geteuid() == 0:
            settings["uid"] = FIRST_UNUSED_UID + secrets.randbelow(UIDS)
        command = [*bubblewrap(), str(real_python()), *flags([*site_packages(), INSIDE], settings)]
        return spawned(command, {"PATH": os.environ.get("PATH", "")}, "/")


def read_reply(reply: bytes, request: dict[str, Any], count: int) -> Ran:
    """A reply as what it says. Everything after the ticket and the status comes from the learner's process."""
    head, status, content = reply[:16], reply[16:17], reply[17:]
    if head != worker.ticket(request):
        return Ran((), "Your code ended the process that it runs in.", "a reply to another request")
    failure = {
        worker.SLOW_START: f"Your cell did not come to its end within {request['setup_seconds']:g} seconds.",
        worker.SLOW: f"Your function did not come back from its calls within {request['seconds']:g} seconds.",
        worker.LARGE: f"Your function returned more than {request['cap'] >> 20} MB.",
        worker.HUNGRY: f"Your code took more than {request['memory_bytes'] >> 20} MB of memory.",
    }.get(status)
    if failure or status != worker.DONE:
        return Ran((), failure or "Your code ended the process that it runs in.", "")
    if not content.removeprefix(worker.READY):
        return Ran((), "Your code ended the process that it runs in.", "")
    try:
        return read_content(plain.loads(content.removeprefix(worker.READY), request["cap"]), request, count)
    except (plain.PlainError, KeyError, TypeError, ValueError, AttributeError) as error:
        return Ran((), "Your code did not give back what a function can return.", f"{type(error).__name__}: {error}")


def read_content(content: Any, request: dict[str, Any], count: int) -> Ran:
    """The learner's side of a reply. Raises KeyError, TypeError or ValueError if it is not of the agreed form."""
    if "broken" in content:
        name, detail, line = content["broken"]
        where = f" in line {line}" if type(line) is int and line > 0 else ""
        return Ran(
            (), f"Your cell raised {known(name)}{where} before your function could be called.", str(detail)[:300]
        )
    if "missing" in content:
        return Ran((), f"The cell defines no function named {request['function']}.")
    results = content["results"]
    if type(results) is not list or len(results) != count:
        raise ValueError("not a result for every call")
    details = [str(one["error"][1])[:300] for one in results if "error" in one]
    return Ran(tuple(map(read_result, results)), "", next(iter(details), ""))


def read_result(one: dict[str, Any]) -> Result:
    """One call's result. An error is told by its built-in class alone: its text could tell what the inputs were."""
    if "error" not in one:
        return Result(one["value"], mutated=one["mutated"] is True)
    name, _, line = one["error"]
    if one.get("opaque") is True:
        return Result(error="TypeError: it must return numbers, text, arrays, or lists and dicts of these")
    return Result(error=known(name) + (f" in line {line} of its cell" if type(line) is int and line > 0 else ""))


def known(name: Any) -> str:
    """The name of a built-in exception, or `Exception`: no text of the learner's choice."""
    kind = vars(builtins).get(name) if isinstance(name, str) else None
    return str(name) if isinstance(kind, type) and issubclass(kind, BaseException) else "Exception"


def probe(sandbox: Sandbox) -> None:
    """Raise SandboxMissingError if the sandbox does not run one call: a container or a policy may forbid it."""
    if sandbox.run(["def double(x):\n    return 2 * x"], "double", [Call((21,))]).results != (Result(42),):
        raise SandboxMissingError(
            "bubblewrap is installed but cannot make a sandbox here: user namespaces are switched off, or this is a "
            "container that may not nest. Grade on another machine, allow them, or use --unsafe."
        )


def flags(paths: Sequence[str], settings: dict[str, Any]) -> list[str]:
    """Python's arguments for the worker: no site, no user packages, nothing imported from where it stands."""
    return ["-s", "-S", "-P", "-c", BOOT, "|".join(path for path in paths if path), json.dumps(settings)]


def spawned(command: list[str], env: dict[str, str], folder: str) -> subprocess.Popen[bytes]:
    """The worker's process, its two pipes unbuffered."""
    pipe, away = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(command, bufsize=0, stdin=pipe, stdout=pipe, stderr=away, env=env, cwd=folder)


def bare_environment() -> dict[str, str]:
    """What a Python needs to start, and nothing that could hold a secret."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME", "USERPROFILE", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | QUIET


@contextlib.contextmanager
def memory_limit(more_bytes: int) -> Any:
    """Let this process grow by so much at most, where the system can: judging a forged value must not take it all."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    wanted = now + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
