"""The notebooks in JupyterLab, in a real browser: open, run all cells, move a slider, look at what was saved."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from groundwork.paths import BUILD, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PICTURES = BUILD / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
SLIDER = [
    "import sys, ipywidgets, groundwork",
    "slider = ipywidgets.IntSlider(value=2, max=9, description='tents')\n"
    "shown = ipywidgets.HTML('nothing yet')\n"
    "slider.observe(lambda change: setattr(shown, 'value', f'{change.new} tents in the rain'), 'value')\n"
    "ipywidgets.VBox([slider, shown])",
    "print(sys.executable, groundwork.__file__, sep='|')",
]
LAB = "import sys; from groundwork.lab import open_lab; from pathlib import Path; root = Path(sys.argv[1]); open_lab(\
port=int(sys.argv[2]), browser=False, root=root, start='notebooks/slider.ipynb', state=root / 'state')"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a copy of the notebooks."""

    address: str
    token: str
    root: Path

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self.address + path, headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def cells(self, name: str) -> list[dict]:
        """The code cells as they were saved."""
        stored = json.loads((self.root / "notebooks" / name).read_text(encoding="utf-8"))
        return [cell for cell in stored["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": s, "execution_count": None, "outputs": []}
        for i, s in enumerate(SLIDER)
    ]
    slider = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": KERNEL}, "cells": cells}
    (root / "notebooks" / "slider.ipynb").write_text(json.dumps(slider), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    with (root / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", LAB, str(root), str(port)],
            cwd=ROOT, env=os.environ | {"JUPYTER_TOKEN": token}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    running = Lab(f"http://127.0.0.1:{port}", token, root)
    try:
        _until(lambda: running.get("/api/status"), 90, lambda: (root / "lab.log").read_text("utf-8", "replace"))
        yield running
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (env/ci.lock)")
    if not CHROMIUM:
        pytest.skip("no chromium on this machine (on Debian: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        own = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=FLAGS)
        yield own
        own.close()


def _until(ready: Any, seconds: float, what: Any) -> None:
    """Wait until `ready()` is true and raises nothing; fail with `what()` after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.2)
    pytest.fail(f"waited {seconds:.0f} seconds: {what()}")


def open_notebook(lab: Lab, browser: Any, name: str) -> Any:
    """Open a notebook in a window of its own, and wait until its kernel is idle."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{lab.address}/lab/workspaces/{Path(name).stem}/tree/notebooks/{name}?token={lab.token}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    _until(lambda: kernel(lab, name)["execution_state"] == "idle", 60, lambda: f"the kernel of {name}")
    page.wait_for_timeout(500)
    return page


def kernel(lab: Lab, name: str) -> dict:
    """The kernel of a notebook; raises ValueError if it has none."""
    for session in lab.get("/api/sessions"):
        if session["path"].endswith(name):
            return session["kernel"]
    raise ValueError(name)


def run_all(lab: Lab, page: Any, name: str) -> None:
    """Run all cells by the menu, wait until the last one has ended, and save."""
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    quiet = [0]

    def idle() -> bool:
        quiet[0] = quiet[0] + 1 if kernel(lab, name)["execution_state"] == "idle" else 0
        return quiet[0] >= 8  # between two cells it is idle for a moment

    _until(idle, 400, lambda: f"{name} is still running")
    saved = (lab.root / "notebooks" / name).stat().st_mtime_ns
    page.keyboard.press("Control+s")
    _until(lambda: (lab.root / "notebooks" / name).stat().st_mtime_ns != saved, 30, lambda: "saving")


def take_pictures(page: Any, name: str) -> None:
    """A screenshot of the top, then one for each further screen of the notebook, at most twelve."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob(f"{Path(name).stem}-*.png"):
        old.unlink()
    scroller = page.locator(".jp-WindowedPanel-outer").first
    for number in range(12):
        scroller.evaluate(f"(panel) => {{ panel.scrollTop = {number} * (panel.clientHeight - 60) }}")
        page.wait_for_timeout(700)
        page.screenshot(path=PICTURES / f"{Path(name).stem}-{number + 1:02}.png")
        if scroller.evaluate("(panel) => panel.scrollTop + panel.clientHeight + 5 >= panel.scrollHeight"):
            break


@pytest.mark.parametrize("number", ["00", "01"])
def test_a_chapter_runs_in_the_browser_without_an_error(number: str, lab: Lab, browser: Any) -> None:
    name = next((path.name for path in (ROOT / "notebooks").glob(f"{number}_*.ipynb")), None)
    if name is None:
        pytest.skip(f"there is no chapter {number} yet")
    page = open_notebook(lab, browser, name)
    assert page.locator(".jp-Dialog").count() == 0, "a prompt is in the reader's way"
    run_all(lab, page, name)
    take_pictures(page, name)
    cells = lab.cells(name)
    errors = [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    assert errors == []
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert page.errors == []
    move_a_slider(page, expected=any("Slider" in cell["source"] for cell in map(joined, cells)))
    page.screenshot(path=PICTURES / f"{Path(name).stem}-slider.png")
    page.close()


def joined(cell: dict) -> dict:
    return cell | {"source": "".join(cell["source"])}


def move_a_slider(page: Any, expected: bool) -> None:
    """Move the first slider of the notebook, if there is one, and see that its value follows."""
    handle = page.locator(".noUi-handle").first
    scroller = page.locator(".jp-WindowedPanel-outer").first
    for number in range(40 if expected else 0):
        if handle.count():
            break
        scroller.evaluate(f"(panel) => {{ panel.scrollTop = {number} * panel.clientHeight * 0.7 }}")
        page.wait_for_timeout(400)
    if expected:
        handle.scroll_into_view_if_needed()
        before = handle.get_attribute("aria-valuenow")
        handle.focus()
        for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):  # one of them moves it, wherever it stands
            page.keyboard.press(key)
        page.wait_for_timeout(1500)
        assert handle.get_attribute("aria-valuenow") != before
        assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0


def test_a_slider_reaches_the_kernel_and_the_kernel_is_this_python(lab: Lab, browser: Any) -> None:
    page = open_notebook(lab, browser, "slider.ipynb")
    run_all(lab, page, "slider.ipynb")
    page.locator(".noUi-handle").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_text("5 tents in the rain").wait_for(timeout=20_000)
    take_pictures(page, "slider.ipynb")
    said = "".join(lab.cells("slider.ipynb")[-1]["outputs"][0]["text"]).strip().split("|")
    assert Path(said[0]) == Path(sys.executable)
    assert Path(said[1]).is_relative_to(ROOT)
    assert page.errors == []
    page.close()


def test_the_server_asks_for_the_token(lab: Lab) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{lab.address}/api/sessions", timeout=5)
