#!/usr/bin/env python3
"""Groundwork in one command: `python3 course.py VERB ...` (on Windows `py course.py VERB ...`).

The first run makes `.venv` beside this file, installs the hashed locks of `env/` there and hands over to
`python -m groundwork.cli VERB ...` in it; later runs only hand over. The verb `clean` removes the `.venv` again.
GROUNDWORK_VENV names another place for it. Exit codes: the verb's own, 130 after Ctrl-C in the set-up, or

    10  this Python does not fit (version, 32-bit, no venv)    14  a file or folder cannot be written
    11  no connection to the package index                     15  the `.venv` there is not ours; it is left alone
    12  a download does not have the hash in the lock          16  a package has no build for this computer
    13  the disk is full                                       17  anything else; the installer's log is named

The syntax is one that every Python reads (2.7 too), so that an old one gets a message and not a SyntaxError.
"""
# ruff: noqa: E402, RUF005
import sys

OLDEST, NEWEST, BITS = (3, 11), (3, 14), 64 if sys.maxsize > 2**32 else 32
if not OLDEST <= sys.version_info[:2] <= NEWEST or BITS != 64 or "t" in getattr(sys, "abiflags", ""):
    sys.stderr.write(
        "Groundwork needs 64-bit Python %d.%d to %d.%d (not free-threaded). This is Python %d.%d.%d, %d-bit: %s\n"
        "Install Python 3.13 from python.org or your package manager (Windows: py install 3.13; macOS: brew install\n"
        "python@3.13), then start this file with it: python3.13 course.py, on Windows: py -3.13 course.py\n"
        % (OLDEST + NEWEST + tuple(sys.version_info[:3]) + (BITS, sys.executable)))
    sys.exit(10)

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

EXTRAS = {"test": "ci.lock", "labs": "grade.lock", "grade": "grade.lock", "train": "deep.lock"}  # verb -> its lock
MB_PER_PACKAGE = 8              # of disk, download included
WINDOWS = os.name == "nt"
ROOT = Path(os.path.abspath(__file__)).parent
VENV = Path(os.path.abspath(os.environ.get("GROUNDWORK_VENV") or ROOT / ".venv"))
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
PTH = VENV / ("Lib" if WINDOWS else "lib/python%d.%d" % sys.version_info[:2]) / "site-packages" / "groundwork.pth"
# PTH puts ROOT on .venv's path, as code in ASCII, since the encoding of a plain line varies. It is written last.
BASE = getattr(sys, "_base_executable", sys.executable)     # not the venv that we may have been started from
MADE_FOR = [list(sys.version_info[:2]), os.path.normcase(os.path.realpath(VENV))]
STATE = VENV / "groundwork.json"                            # what .venv holds; there only if we made it
TEMP = VENV / "tmp"                                         # the installer's; here, so that a killed one leaves nothing
GUARD = VENV.parent / ".groundwork-setup.lock"
LOG = VENV.parent / ".groundwork-setup.log"
# What would lead Python or pip elsewhere; of pip's variables only those stay that say where packages come from.
STRIPPED = re.compile("PYTHON(HOME|PATH|DONTWRITEBYTECODE)$|__PYVENV_LAUNCHER__$|PIP_(?!.*(INDEX|LINKS|HOST|PROXY|CERT"
                      "|TIMEOUT|RETRIES|CACHE_DIR|CONFIG_FILE|USE_FEATURE|KEYRING_PROVIDER))")
UNPACKING = "\nInstalling collected packages"               # from here on pip changes .venv
# exit code, what pip or the system says, what to do; the first match wins. Numbers, since the words get translated.
CAUSES = [
    (13, r"Errno (%d|%d)\]|WinError 112\]" % (errno.ENOSPC, errno.EDQUOT), "The disk is full: make room for {venv}."),
    (12, "DO NOT MATCH THE HASHES",
     "A download is not the file that this course was tested with. It broke on the way, or a proxy changed it."),
    (11, "ConnectionError|[Cc]onnection (broken|aborted)|Max retries|[Tt]imed? ?out|SSLError|IncompleteRead|HTTP error",
     "The package index did not answer. Check the network (behind a proxy: HTTPS_PROXY; its certificate: PIP_CERT)."),
    (16, "No matching distribution found",
     "A package is not built for this computer and Python {python}. Use 3.13 on Windows x64, macOS 14+, glibc 2.28+."),
    (10, "No module named '?(venv|ensurepip)",
     "This Python came without venv. Debian, Ubuntu: sudo apt install python3-venv; elsewhere: python.org."),
    (14, r"Windows Long Path|WinError (5|32)\]|Errno (%d|%d|%d)\]" % (errno.EACCES, errno.EPERM, errno.EROFS),
     "A file cannot be written. Close Jupyter and whatever else uses {venv},\nmake sure that you may write there and "
     "that the path is short, or let GROUNDWORK_VENV name another place."),
    (17, "", "The set-up failed; the lines above say where. The installer's log: {log}"),
]


def stop(code, text):
    """End with an exit code and a message to the learner; standard output belongs to the verb."""
    sys.stderr.write("\n%s\n" % text)
    sys.exit(code)


def explain(text):
    """Stop with the end of what pip or the system said, and the advice that fits."""
    lines = [line for line in text.splitlines() if not line.startswith("WARNING: Location")][-8:]
    code, _, advice = next(cause for cause in CAUSES if re.search(cause[1], text))
    advice += "\nThen run the same command again."
    stop(code, "\n".join(lines) + "\n\n" + advice.format(venv=VENV, log=LOG, python=sys.version.split()[0]))


def environment(**more):
    """The environment for .venv: STRIPPED out, the user's index and proxy settings kept."""
    env = {name: value for name, value in os.environ.items() if not STRIPPED.match(name)}
    return dict(env, PYTHONUTF8="1", PYTHONNOUSERSITE="1", PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", **more)


def remember(locks, whole=True):
    """Write down which locks (name -> hash) .venv holds, and whether it is fit for use right now."""
    STATE.write_text(json.dumps({"whole": whole, "locks": locks, "made_for": MADE_FOR, "base": BASE}), "utf-8")


def installed():
    """The locks (name -> hash) in a .venv that works, here and with this Python; None if there is no such .venv."""
    try:
        state = json.loads(STATE.read_text("utf-8"))
        parts = (PYTHON, PTH, VENV / "pyvenv.cfg", state["base"])
        fits = state["whole"] and state["made_for"] == MADE_FOR and all(os.path.exists(part) for part in parts)
        return dict(state["locks"]) if fits else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def take_turn():
    """Wait for another set-up to end; returns the open lock, which the system drops when its last holder ends."""
    GUARD.parent.mkdir(parents=True, exist_ok=True)
    guard, told = open(GUARD, "a"), False       # noqa: SIM115
    os.set_inheritable(guard.fileno(), True)    # a pip that outlives us holds it too
    while True:
        try:
            if WINDOWS:
                import msvcrt
                msvcrt.locking(guard.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return guard
        except OSError as problem:
            if problem.errno not in (errno.EACCES, errno.EAGAIN):   # a drive without locks
                return guard
        told = told or sys.stderr.write("Another set-up of this course is running; waiting for it ...\n")
        time.sleep(0.2)


def progress(log, what, total):
    """Where pip is, by its log: `total` packages are listed, some of them for other computers."""
    words = r"(?m)^(?:Collecting |Requirement already satisfied: |Processing [^(\n]*[\\/])"
    names = re.findall(words + r"([\w.]+(?:-[A-Za-z]\w*)*)", log)
    if UNPACKING in log:
        return "unpacking %d packages" % len(names)
    return "fetching %d of %d: %s" % (len(names), total - log.count("\nIgnoring "), names[-1]) if names else what


def run(command, what, total=0):
    """Run an installer's command with its output in the log and its progress shown; explain it if it fails."""
    TEMP.mkdir(exist_ok=True)
    terminal, started = sys.stderr.isatty(), time.time()
    with LOG.open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False,
                                   env=environment(TMPDIR=str(TEMP), TEMP=str(TEMP), TMP=str(TEMP)))
    try:
        while process.returncode is None:
            try:
                process.wait(0.5 if terminal else 15)
            except subprocess.TimeoutExpired:
                line = "  %s, %d s" % (progress(LOG.read_text("utf-8", "replace"), what, total), time.time() - started)
                sys.stderr.write("\r" + line[:78].ljust(78) if terminal else line + "\n")
    finally:
        process.terminate()     # only if we were interrupted: to one that has ended it does nothing
        process.wait()
        sys.stderr.write("\r" + " " * 78 + "\r" if terminal else "")
    if process.returncode:      # a full disk may have kept the reason from the log
        explain(LOG.read_text("utf-8", "replace") + "\n[Errno 28]" * (shutil.disk_usage(VENV).free < 2**20))


def clear():
    """Empty the folder .venv; its mark goes last, so that a half-deleted one is still known as ours."""
    inside = sorted(VENV.iterdir(), key=STATE.__eq__) if VENV.is_dir() else [VENV] * os.path.lexists(VENV)
    if inside and not STATE.exists():
        stop(15, "%s was not made by this course and is left alone.\nRename or delete it, or let GROUNDWORK_VENV "
                 "name another place, and run the same command again." % VENV)
    for path in inside:
        (shutil.rmtree if path.is_dir() and not path.is_symlink() else os.remove)(path)


def make_venv():
    """Make .venv from scratch, with pip in it and ROOT on its path; returns the locks that it holds, none."""
    clear()
    sys.stderr.write("Making %s with Python %s\n" % (VENV, sys.version.split()[0]))
    VENV.mkdir(exist_ok=True)
    remember({}, whole=False)
    run([BASE, "-I", "-m", "venv", "--without-pip", str(VENV)], "making .venv")
    run([str(PYTHON), "-I", "-m", "ensurepip", "--default-pip"], "making .venv")
    PTH.write_text("import sys; sys.path.append(%s)\n" % ascii(str(ROOT)), "ascii")
    return {}


def install(name, locks):
    """Install the lock `name` into .venv, which holds `locks`."""
    path = ROOT / "env" / name
    total = len(re.findall(r"(?m)^\w.*==", path.read_text("utf-8")))
    if shutil.disk_usage(VENV).free < total * MB_PER_PACKAGE * 2**20:
        raise OSError(errno.ENOSPC, "%d MB are needed" % (total * MB_PER_PACKAGE), str(VENV))
    sys.stderr.write("Installing env/%s: up to %d packages, once, some minutes ...\n" % (name, total))
    remember(locks, whole=False)
    try:
        run([str(PYTHON), "-I", "-u", "-X", "utf8", "-m", "pip", "install", "--require-hashes", "--only-binary=:all:",
             "--no-deps", "--no-compile", "--progress-bar=off", "-r", str(path)], "fetching", total)
    except BaseException:               # what pip has not touched stays fit for use
        remember(locks, whole=UNPACKING not in LOG.read_text("utf-8", "replace"))
        raise
    shutil.rmtree(TEMP)


def prepare(names):
    """Bring .venv to the locks `names`; takes milliseconds when it is there already."""
    want = {name: hashlib.sha256((ROOT / "env" / name).read_text("utf-8").encode()).hexdigest() for name in names}
    if want.items() <= (installed() or {}).items():
        return
    with take_turn():
        locks = installed()             # again: the one that we waited for may have done it
        locks = make_venv() if locks is None else locks
        for name in names:
            if locks.get(name) != want[name]:
                install(name, locks)
                locks[name] = want[name]
                remember(locks)


def hand_over(arguments):
    """Become the verb (on Windows, where exec leaves the console: run it); returns its exit code."""
    env = environment(VIRTUAL_ENV=str(VENV), PATH=str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", ""))
    command = [str(PYTHON), "-P", "-m", "groundwork.cli"] + arguments
    if not WINDOWS:
        os.execve(PYTHON, command, env)
    signal.signal(signal.SIGINT, lambda *_: None)           # the verb gets Ctrl-C too, and decides
    return subprocess.call(command, env=env)


def main(arguments):
    """Set up if need be, hand over; returns the exit code."""
    if arguments == ["clean"]:
        with take_turn():
            clear()
            shutil.rmtree(VENV, ignore_errors=True)
        stop(0, "There is no %s any more." % VENV)
    prepare(["requirements.lock"] + [EXTRAS[verb] for verb in arguments[:1] if verb in EXTRAS])
    try:
        return hand_over(arguments or ["--help"])
    except OSError as problem:
        if problem.errno not in (errno.ENOEXEC, errno.EACCES):
            raise
        PYTHON.unlink()                 # it does not start: once more, from scratch
        return main(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        stop(130, "Stopped. Run the same command to go on.")
    except OSError as problem:
        explain(str(problem))
