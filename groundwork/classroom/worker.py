"""The program inside the sandbox: a process that has imported NumPy and forks, for every request, one that serves it.

The first process (the nursery) never reads a request, so that no submission's memory holds anything of another's. Its
child (the keeper) reads one, moves into fresh namespaces, forks the process that runs the learner's code, watches its
time, memory and output, and replies with the bytes that came, unread. It judges nothing and knows no expected value.

A frame is four bytes of length, big-endian, then that many bytes. A request is JSON; a reply is the request's 16-byte
ticket, one byte of STATUS, then what the learner's process wrote: `R` once its cells ran, then a JSON text.
"""

import builtins
import contextlib
import gc
import json
import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from groundwork.classroom import plain

DONE, SLOW_START, SLOW, LARGE, HUNGRY = b"K", b"S", b"T", b"L", b"M"
READY = b"R"
SCRATCH = "/scratch"  # for temporary files; not /tmp, which may be where this Python and the course lie
REQUEST_CAP = 64 << 20
TICK = 0.05  # seconds between two looks at the clock and the memory
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
Request = dict[str, Any]


def main(settings: str) -> None:
    """Serve requests from standard input until it ends. `settings` is JSON: `caged`, `uid`, `preload`."""
    chosen = json.loads(settings)
    source, sink = os.dup(0), os.dup(1)
    hush()
    if not chosen["caged"]:
        request = json.loads(read_frame(source, REQUEST_CAP))
        write_frame(sink, ticket(request) + DONE + uncaged(request))
        return
    from groundwork.classroom import cage

    cage.become(chosen["uid"])
    for module in chosen["preload"]:
        with contextlib.suppress(ImportError):
            __import__(module)
    gc.collect()
    gc.freeze()  # what was imported is left alone by later collections, so that children share its memory
    while readable(source):
        pid = os.fork()
        if pid == 0:
            try:
                request = json.loads(read_frame(source, REQUEST_CAP))
                write_frame(sink, ticket(request) + keep(request))
            except BaseException:  # noqa: BLE001 - whatever it is, the other side must notice
                os._exit(1)
            os._exit(0)
        if os.waitpid(pid, 0)[1]:
            return  # a request that was half read, or a cage that could not be made: the other side starts anew


def hush() -> None:
    """Standard streams lead nowhere: what a learner prints could only tell what the inputs were."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


def readable(source: int) -> bool:
    """Wait until there is a request (True) or the other side has gone (False)."""
    waiter = select.poll()
    waiter.register(source, select.POLLIN)
    return bool(waiter.poll()[0][1] & select.POLLIN)


def ticket(request: Request) -> bytes:
    """The 16 bytes that tie a reply to its request."""
    return bytes.fromhex(request["ticket"])


def keep(request: Request) -> bytes:
    """Run one request in a cage and return status and bytes."""
    from groundwork.classroom import cage

    processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    cage.enter(SCRATCH, request["scratch_bytes"])
    take, give = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            os.dup2(give, 3)
            os.closerange(4, 1024)
            cpu = int(request["setup_seconds"] + request["seconds"]) + 1
            cage.lock(cpu, request["memory_bytes"], request["scratch_bytes"], request["processes"])
            play(request, lambda content: write_all(3, content))
        os._exit(0)
    os.close(give)
    status, content = watch(take, request, lambda: resident(processes, (1, os.getpid())))
    os.kill(pid, signal.SIGKILL)  # the first process of its namespace: the kernel ends the others with it
    os.waitpid(pid, 0)
    return status + content


def watch(take: int, request: Request, memory: Callable[[], int]) -> tuple[bytes, bytes]:
    """Read until the end, the deadline, or a limit. Of the bytes only READY is looked at, which starts the clock."""
    content, begun = bytearray(), False
    deadline = time.monotonic() + request["setup_seconds"]
    looked = time.monotonic()
    while True:
        if select.select([take], [], [], TICK)[0]:
            chunk = os.read(take, 1 << 16)
            if not chunk:
                return DONE, bytes(content)
            content += chunk
        now = time.monotonic()
        if not begun and content.startswith(READY):
            begun, deadline = True, now + request["seconds"]
        if len(content) > request["cap"]:
            return LARGE, b""
        if now > deadline:
            return (SLOW if begun else SLOW_START), b""
        if now - looked > TICK:
            looked = now
            if memory() > request["memory_bytes"]:
                return HUNGRY, b""


def resident(processes: int, without: tuple[int, ...]) -> int:
    """Bytes of memory of all processes in here but ours, by an open `/proc`."""
    pages = 0
    for name in os.listdir(processes):
        if name.isdigit() and int(name) not in without:
            with contextlib.suppress(OSError):
                file = os.open(f"{name}/statm", os.O_RDONLY, dir_fd=processes)
                try:
                    pages += int(os.read(file, 200).split()[1])
                finally:
                    os.close(file)
    return pages * os.sysconf("SC_PAGESIZE")


def uncaged(request: Request) -> bytes:
    """Run one request right here, where no sandbox exists; the other side watches the clock."""
    parts: list[bytes] = []
    play(request, parts.append)
    return b"".join(parts)


def play(request: Request, write: Callable[[bytes], object]) -> None:
    """Run the cells, then the calls, and write what came of it."""
    space: dict[str, Any] = {"__name__": "__main__"}
    try:
        for cell in request["cells"]:
            exec(runnable(cell), space)  # noqa: S102 - what this process is for
        function = space.get(request["function"])
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt too
        write(READY + json.dumps({"broken": named(error)}).encode("ascii"))
        return
    write(READY)
    if not callable(function):
        write(b'{"missing": true}')
        return
    results = [called(function, plain.decode(call)) for call in request["calls"]]
    write(json.dumps({"results": results}).encode("ascii"))


def runnable(cell: str) -> Any:
    """A cell as code; lines that only IPython understands are left out."""
    try:
        return compile(cell, "<cell>", "exec", dont_inherit=True)
    except SyntaxError:
        return compile(MAGIC.sub(r"\1pass", cell), "<cell>", "exec", dont_inherit=True)


def called(function: Callable[..., Any], args: list[Any]) -> dict[str, Any]:
    """One call: its value, or the error; and whether it changed its arguments."""
    before = plain.dumps(args)
    try:
        value = plain.encode(function(*args))
        json.dumps(value)
    except plain.PlainError:
        return {"error": ["TypeError", "not plain data", 0], "opaque": True}
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt too
        return {"error": named(error)}
    try:
        changed = plain.dumps(args) != before
    except plain.PlainError:
        changed = True
    return {"value": value, "mutated": changed}


def named(error: BaseException) -> list[Any]:
    """An error as the name of a built-in class, its text (for the instructor only), and the line in the cell."""
    known = (kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)
    line, trace = (error.lineno or 0) if isinstance(error, SyntaxError) else 0, error.__traceback__
    while trace:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<cell>" else line
        trace = trace.tb_next
    try:
        text = f"{type(error).__name__}: {error}"[:300]
    except BaseException:  # noqa: BLE001 - an error whose text raises another
        text = type(error).__name__
    return [next(known, "Exception"), text, line]


def read_frame(source: int, cap: int) -> bytes:
    """One frame. Raises EOFError if the other side ends early, ValueError for more than `cap` bytes."""
    (length,) = struct.unpack(">I", read_exactly(source, 4))
    if length > cap:
        raise ValueError(f"A frame of {length} bytes; the limit is {cap}.")
    return read_exactly(source, length)


def read_exactly(source: int, length: int) -> bytes:
    """That many bytes. Raises EOFError."""
    content = bytearray()
    while len(content) < length:
        chunk = os.read(source, min(length - len(content), 1 << 20))
        if not chunk:
            raise EOFError("The other side has gone.")
        content += chunk
    return bytes(content)


def write_frame(sink: int, content: bytes) -> None:
    """Write one frame."""
    write_all(sink, struct.pack(">I", len(content)) + content)


def write_all(sink: int, content: bytes) -> None:
    """Write all of it."""
    view = memoryview(content)
    while view:
        view = view[os.write(sink, view) :]


if __name__ == "__main__":
    main(sys.argv[1])
