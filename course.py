#!/usr/bin/env python3
"""Groundwork in one command: `python3 course.py VERB ...` (on Windows `py course.py VERB ...`).

The first run makes `.venv` beside this file, installs the hashed locks from `env/` into it and hands over to
`python -m groundwork.cli VERB ...` there; later runs only hand over. Without a verb it shows the verbs; the
verb `clean` removes the `.venv` again. GROUNDWORK_VENV names another place for it.

Exit codes are those of the verb. When the set-up itself cannot be finished:
    10  this Python does not fit (version, 32-bit, not CPython, without venv)
    11  no connection to the package index
    12  a download does not have the hash in the lock
    13  the disk is full
    14  a folder or file cannot be written
    15  the `.venv` there was not made by this file; it is left alone
    16  a package has no ready-made build for this computer
    17  anything else; the installer's log is named
    130 stopped by Ctrl-C; the next run goes on

Only the standard library, in a syntax that every Python reads (2.7 too: no f-strings, no annotations), so that
an old Python gets a message and not a SyntaxError.
"""
# ruff: noqa: E402, RUF005

import sys

OLDEST, NEWEST = (3, 11), (3, 14)
if not (OLDEST <= sys.version_info[:2] <= NEWEST and sys.maxsize > 2**32
        and sys.implementation.name == "cpython" and "t" not in getattr(sys, "abiflags", "")):
    sys.stderr.write(
        "Groundwork needs 64-bit CPython %d.%d to %d.%d (not the free-threaded build).\n"
        "This is Python %d.%d.%d, %d-bit: %s\n"
        "Install Python 3.13 (Windows: py install 3.13; macOS: brew install python@3.13; Linux: the package manager;\n"
        "or python.org), then start this file with it: python3.13 course.py, on Windows py -3.13 course.py\n"
        % (OLDEST + NEWEST + tuple(sys.version_info[:3]) + (64 if sys.maxsize > 2**32 else 32, sys.executable)))
    sys.exit(10)

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time

EXTRAS = {"test": "ci"}                 # verb -> the lock in env/ that it needs besides requirements.lock
MB_PER_PACKAGE = 8                      # on the disk, download included, with some reserve

WINDOWS = os.name == "nt"
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.abspath(os.environ.get("GROUNDWORK_VENV") or os.path.join(ROOT, ".venv"))
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if WINDOWS else ("bin", "python")))
SITE = os.path.join(VENV, *(("Lib",) if WINDOWS else ("lib", "python%d.%d" % sys.version_info[:2])), "site-packages")
PTH = os.path.join(SITE, "groundwork.pth")              # puts ROOT on the path; written last, so it means "whole"
STATE = os.path.join(VENV, "groundwork.json")           # only in a .venv that we made
TEMP = os.path.join(VENV, "tmp")                        # the installer's; inside, so that a killed run leaves nothing
GUARD = os.path.join(os.path.dirname(VENV), ".groundwork-setup.lock")
LOG = os.path.join(os.path.dirname(VENV), ".groundwork-setup.log")
HELD = []                                               # the guard's descriptor, inherited by the installer
STRIPPED = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "__PYVENV_LAUNCHER__")
# Of the user's PIP_ variables only those stay that say where packages come from, not where they go.
PIP_KEPT = ["PIP_" + name for name in (
    "INDEX_URL EXTRA_INDEX_URL NO_INDEX FIND_LINKS TRUSTED_HOST PROXY CERT CLIENT_CERT TIMEOUT DEFAULT_TIMEOUT "
    "RETRIES CACHE_DIR NO_CACHE_DIR CONFIG_FILE USE_FEATURE KEYRING_PROVIDER").split()]

# (exit code, what the installer or the system says, what to do); the first match wins. Numbers, not words, where
# there are any: the words come in the user's language.
CAUSES = [
    (13, ["[Errno %d]" % errno.ENOSPC, "[Errno %d]" % errno.EDQUOT, "[WinError 112]"],
     "The disk is full. Free some space where {venv} lies and run the same command again."),
    (12, ["DO NOT MATCH THE HASHES"],
     "A download is not the file that this course was tested with, so it was not installed. Mostly a broken download "
     "or a proxy that changes files: run the same command again, or try another network."),
    (11, ["CERTIFICATE_VERIFY_FAILED", "SSLError", "SSLCertVerificationError"],
     "The package index's certificate was not trusted (common behind a company's or a school's proxy). Let PIP_CERT "
     "name that network's certificate file, or try another network."),
    (11, ["ConnectionError", "NewConnectionError", "connection broken", "ConnectTimeout", "Max retries exceeded",
          "ReadTimeout", "Read timed out", "IncompleteRead", "ProxyError", "Failed to connect", "getaddrinfo"],
     "No connection to the package index. Check the network (behind a proxy, set HTTPS_PROXY) and run the same "
     "command again; what has been downloaded is kept."),
    (16, ["No matching distribution found"],
     "A package has no ready-made build for Python {python} on this computer. Use Python 3.12 or 3.13 from python.org, "
     "on Windows 10+ (x64), macOS 14+ or Linux with glibc 2.28+."),
    (10, ["No module named venv", "No module named ensurepip", "No module named 'ensurepip'"],
     "This Python came without venv. Debian, Ubuntu: sudo apt install python3-venv; elsewhere install from python.org."),
    (14, ["Windows Long Path support"],
     "The path {venv} is too long for Windows. Move the course to a shorter one, such as C:\\groundwork."),
    (14, ["[Errno %d]" % number for number in (errno.EACCES, errno.EPERM, errno.EROFS)]
     + ["[WinError 5]", "[WinError 32]"],
     "A file cannot be written. Close Jupyter and whatever else uses {venv}, make sure that its folder is yours to "
     "write (or let GROUNDWORK_VENV name another place), and run the same command again."),
]


class Stop(Exception):
    """The set-up cannot go on: Stop(exit code, words for the learner)."""


def say(text):
    """One message to the learner; standard output belongs to the verb."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def explain(text):
    """The Stop that fits what an installer or the system said."""
    for code, needles, advice in CAUSES:
        if any(needle in text for needle in needles):
            return Stop(code, advice.format(venv=VENV, python=sys.version.split()[0]))
    return Stop(17, "The set-up failed; the lines above say where. The installer's log: %s" % LOG)


def environment(**more):
    """The environment for the .venv: nothing that leads Python or pip elsewhere; index and proxy settings stay."""
    env = {name: value for name, value in os.environ.items()
           if name not in STRIPPED and (not name.startswith("PIP_") or name in PIP_KEPT)}
    return dict(env, PYTHONUTF8="1", PYTHONNOUSERSITE="1", PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", **more)


def lock_file(name):
    """Path of the lock `name`."""
    return os.path.join(ROOT, "env", name + ".lock")


def lock_hash(name):
    """SHA-256 of the lock `name`, whatever line ends git gave it."""
    with open(lock_file(name), "rb") as lock:
        return hashlib.sha256(lock.read().replace(b"\r\n", b"\n")).hexdigest()


def lock_size(name):
    """How many packages the lock `name` lists, those for other computers included."""
    with open(lock_file(name), encoding="utf-8") as lock:
        return sum("==" in line and line[0].isalnum() for line in lock)


def remember(locks, whole=True):
    """Write down which locks (name -> hash) .venv holds, and whether it is fit for use right now."""
    state = {"whole": whole, "locks": locks, "python": list(sys.version_info[:2]), "venv": os.path.realpath(VENV),
             "base": getattr(sys, "_base_executable", sys.executable)}
    with open(STATE, "w", encoding="utf-8") as file:
        json.dump(state, file, indent=1)


def installed():
    """The locks (name -> hash) in a .venv that works, here and with this Python; None if there is no such .venv."""
    try:
        with open(STATE, encoding="utf-8") as file:
            state = json.load(file)
        here = state["whole"] and state["python"] == list(sys.version_info[:2])
        here = here and os.path.normcase(state["venv"]) == os.path.normcase(os.path.realpath(VENV))
        parts = (PYTHON, PTH, os.path.join(VENV, "pyvenv.cfg"), state["base"])
        return dict(state["locks"]) if here and all(os.path.exists(part) for part in parts) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def only_one():
    """One set-up at a time; the system drops the lock when its holder ends, however it ends."""
    os.makedirs(os.path.dirname(GUARD), exist_ok=True)
    with open(GUARD, "a+") as guard:
        told = False
        while not locked(guard):
            if not told:
                say("Another set-up of this course is running; waiting for it ...")
            told = True
            time.sleep(0.2)
        HELD[:] = [] if WINDOWS else [guard.fileno()]   # a pip that outlives us keeps the lock until it ends
        yield


def locked(guard):
    """Try to lock the open file `guard`."""
    try:
        if WINDOWS:
            import msvcrt
            guard.seek(0)
            msvcrt.locking(guard.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:                          # some network drives have no locks: go on without
        return problem.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
    return True


class Progress(threading.Thread):
    """One moving line on a terminal, elsewhere a line every 15 seconds, told by the lines that pip prints."""

    def __init__(self, what, total=0):
        threading.Thread.__init__(self, daemon=True)
        self.what, self.name, self.total, self.seen, self.unpacking = what, "", total, 0, False
        self.started, self.over, self.terminal = time.time(), threading.Event(), sys.stderr.isatty()

    def hear(self, line):
        """Take in one line of pip's."""
        if line.startswith("Ignoring "):                # listed for other computers
            self.total -= 1
        elif line.startswith(("Collecting ", "Requirement already satisfied")):
            self.seen += 1
            self.name = line.partition("==")[0].split()[-1]
        elif line.startswith("Installing collected packages"):
            self.name, self.unpacking, self.before = "", True, dists()

    def text(self):
        """What to show now."""
        step = "unpacking" if self.unpacking else "fetching"
        done = dists() - self.before if self.unpacking else self.seen
        count = ": %s %d of %d %s" % (step, min(done, self.total), self.total, self.name) if done > 0 else ""
        return "  %s%s, %d s" % (self.what, count.rstrip(), time.time() - self.started)

    def run(self):
        """Show until stopped (the thread's body)."""
        while not self.over.wait(0.5 if self.terminal else 15):
            sys.stderr.write(("\r" + self.text()[:79].ljust(79)) if self.terminal else self.text() + "\n")
            sys.stderr.flush()

    def stop(self):
        """End, and leave no half line behind."""
        self.over.set()
        self.join()
        sys.stderr.write("\r" + " " * 79 + "\r" if self.terminal else "")


def dists():
    """How many packages lie in .venv."""
    return sum(name.endswith(".dist-info") for name in os.listdir(SITE))


def run(command, progress):
    """Run an installer's command: every line to the log, progress to the screen, an explanation if it fails."""
    os.makedirs(TEMP, exist_ok=True)
    env, lines = environment(TMPDIR=TEMP, TEMP=TEMP, TMP=TEMP, PYTHONUNBUFFERED="1"), []
    with open(LOG, "a", encoding="utf-8", errors="backslashreplace") as log:
        log.write("\n$ %s\n" % " ".join(command))
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   env=env, pass_fds=HELD, encoding="utf-8", errors="replace")
        progress.start()
        try:
            for line in process.stdout:
                log.write(line)
                lines.append(line)
                progress.hear(line)
        finally:
            if process.wait() if sys.exc_info()[0] is None else process.terminate(): ...
            progress.stop()
