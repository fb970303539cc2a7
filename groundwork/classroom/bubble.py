"""bubblewrap's command: a file system of a read-only Python, and nothing of the user's.

See bwrap(1). What a learner's code could still do in there is cage.py's business.
"""

import os
import platform
import shutil
import sys
import sysconfig
from pathlib import Path

from groundwork.classroom.worker import SCRATCH
from groundwork.paths import ROOT

SHOWN = (  # of the course's code, what a learner's cell may import, and the worker itself
    ["__init__.py", "errors.py", "files.py", "paths.py", "models", "search"]
    + [f"classroom/{name}.py" for name in ("__init__", "exercise", "plain", "cage", "worker")]
)
INSIDE = "/course"  # where the sandbox has them
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}


def missing() -> str:
    """Why there is no sandbox here, and what to do; empty if there is one."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "The sandbox needs Linux on x86-64 or arm64 (Windows: WSL 2). Without it, only --unsafe grades."
    if not shutil.which("bwrap"):
        return (
            "There is no bubblewrap: install it (Debian, Ubuntu: sudo apt install bubblewrap), or grade with --unsafe."
        )
    return ""


def real_python() -> Path:
    """The interpreter behind a virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable)).resolve()


def site_packages() -> list[str]:
    """Where the installed packages lie."""
    return list(dict.fromkeys(str(Path(sysconfig.get_path(name)).resolve()) for name in ("purelib", "platlib")))


def bubblewrap() -> list[str]:
    """bubblewrap's command up to the program: a file system of read-only Python and nothing of the user's."""
    root = os.geteuid() == 0
    command = [shutil.which("bwrap") or "bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--as-pid-1", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    # Root needs no user namespace, and must not have one: its processes would stay root's, whom no limit binds. The
    # worker becomes another user, which takes the first two; the third lets bubblewrap's end still end the worker.
    needed = [word for name in ("SETUID", "SETGID", "KILL") for word in ("--cap-add", f"CAP_{name}")]
    command += needed if root else ["--unshare-user"]
    for name in ("bin", "lib", "lib64"):
        path = Path("/") / name
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            command += shown(str(path), str(path))
    places = ["/usr", "/etc/ld.so.cache", str(Path(sys.base_prefix).resolve()), *site_packages()]
    for place in dict.fromkeys(places):
        if place == "/usr" or not place.startswith("/usr/"):
            command += shown(place, place)
    for part in SHOWN:
        command += shown(str(ROOT / "groundwork" / part), f"{INSIDE}/groundwork/{part}")
    command += ["--proc", "/proc", "--dev", "/dev", "--dir", SCRATCH, "--remount-ro", "/dev", "--remount-ro", "/"]
    settings = {"PATH": "/usr/bin", "HOME": SCRATCH, "TMPDIR": SCRATCH, "LANG": "C.UTF-8", **QUIET}
    for name, value in settings.items():
        command += ["--setenv", name, value]
    return [*command, "--chdir", "/"]


def shown(source: str, target: str) -> list[str]:
    """bubblewrap's arguments to show a path read-only; the folders above would be closed to other users than root."""
    above = [str(folder) for folder in reversed(Path(target).parents) if str(folder) != "/"]
    opened = [word for folder in above for word in ("--perms", "0755", "--dir", folder)]
    return [*opened, "--ro-bind-try", source, target]
