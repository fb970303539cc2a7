"""JupyterLab on the course's notebooks: `course.py lab`, and the environment that every kernel of the course gets.

The kernel `python3` is this interpreter's own, whatever else is installed for the user: settings, kernels and start-up
files in the home folder are left unread and unwritten, and the course's own lie in `build/jupyter`. The server listens
on loopback and asks for a token.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groundwork.errors import GroundworkError
from groundwork.files import write_text
from groundwork.paths import BUILD, ROOT

STATE = BUILD / "jupyter"
START = "notebooks/00_welcome.ipynb"
SETTINGS: dict[str, object] = {  # of JupyterLab, where the learner has not chosen anything yet
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},  # no prompt, no network
    "notebook-extension/tracker": {"codeCellConfig": {"lineWrap": True}},  # no code hides beyond the right edge
}
QUIET = {"IPKernelApp": {"log_level": 50}}  # kernels would warn of ports, which are on loopback, and of their end
FOREIGN = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "MPLBACKEND", "PYTHONHOME")


def jupyter_environment(state: Path = STATE) -> dict[str, str | None]:
    """The variables that make `python3` this interpreter's kernel, with this checkout first; None: to be removed."""
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython"}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {
        **dict.fromkeys(FOREIGN),
        **{name: str(state / folder) for name, folder in folders.items()},
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONPATH": path,
    }


@contextmanager
def kernels_of_the_course(state: Path = STATE) -> Iterator[None]:
    """Give this process, and the kernels it starts, the course's environment; put the old one back at the end."""
    before = dict(os.environ)
    write_text(state / "ipython" / "profile_default" / "ipython_kernel_config.json", json.dumps(QUIET) + "\n")
    try:
        for name, value in jupyter_environment(state).items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def require_kernel() -> None:
    """Raise GroundworkError if `python3` is not this interpreter's kernel."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        command = "missing"
    plain = Path(command).name.lower().removesuffix(".exe")
    if not (plain.startswith("python") and command == plain) and Path(command) != Path(sys.executable):
        raise GroundworkError(
            f"Jupyter's kernel python3 is {command}, not {sys.executable}. Run python3 course.py clean, then try again."
        )


def lab_arguments(root: Path, start: str, port: int, browser: bool) -> list[str]:
    """The command line of JupyterLab. It draws a token itself; on a command line other users could read it."""
    arguments = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{start}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.log_level=WARN",
    ]
    arguments += [] if browser else ["--no-browser"]
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return arguments + (["--allow-root"] if as_root else [])


def open_lab(
    *, port: int = 8888, browser: bool = True, root: Path = ROOT, start: str = START, state: Path = STATE
) -> None:
    """Open JupyterLab on the folder `root` at the notebook `start`, until it is stopped with Ctrl-C.

    It prints its address with the token; a taken port gives way to the next free one. Raises GroundworkError if the
    environment is damaged.
    """
    for name, values in SETTINGS.items():
        path = state / "config" / "lab" / "user-settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        if not path.exists():
            write_text(path, json.dumps(values) + "\n")
    with kernels_of_the_course(state):
        require_kernel()
        from jupyterlab.labapp import main  # type: ignore[import-untyped]

        sys.stderr.write("Starting JupyterLab; stop it with Ctrl-C.\n")
        main(lab_arguments(root, start, port, browser))
