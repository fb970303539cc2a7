"""A tiny course: the real course.py, two locks with wheels of our own, a `groundwork.cli` that tells what it sees."""

import hashlib
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2] / "course.py"
BASE = getattr(sys, "_base_executable", sys.executable)
CLI = """
import importlib.metadata as metadata, json, os, signal, sys, time
import groundwork
if sys.argv[1:2] == ["exit"]:
    sys.exit(int(sys.argv[2]))
if sys.argv[1:2] == ["wait"]:
    signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
    print("waiting", flush=True)
    time.sleep(60)
found = {dist.name: dist.version for dist in metadata.distributions()}
names = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "PYTHONNOUSERSITE", "PIP_TARGET",
         "PIP_FIND_LINKS", "VIRTUAL_ENV")
print(json.dumps({"argv": sys.argv[1:], "prefix": sys.prefix, "cwd": os.getcwd(), "groundwork": groundwork.__file__,
                  "tiny": found.get("gw-tiny"), "extra": found.get("gw-extra"), "pip": "pip" in found,
                  "env": {name: os.environ.get(name) for name in names}, "path": os.environ["PATH"].split(os.pathsep)}))
"""


def build_wheel(folder, name, version, payload=b"here = True\n"):
    """A wheel with one module; returns its line in a lock."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    files = {
        f"{module}.py": payload,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD")).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file, content in files.items():
            wheel.writestr(zipfile.ZipInfo(file), content, zipfile.ZIP_DEFLATED)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@dataclass
class Project:
    """A course folder, and how to start its launcher."""

    root: Path
    wheels: Path
    lines: dict

    @property
    def venv(self):
        return self.root / ".venv"

    @property
    def python(self):
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def state(self):
        return self.venv / "groundwork.json"

    def lock(self, *names, lock="requirements", wrong_hash=False):
        """Write a lock of these wheels."""
        text = "".join(self.lines[name] for name in names)
        if wrong_hash:
            text = re.sub("sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, text)
        (self.root / "env" / f"{lock}.lock").write_text("# a lock\n" + text, encoding="utf-8")

    def settle(self, venv):
        """Make a copied .venv look as if it had been set up where it lies now: quicker than setting it up."""
        state = json.loads((venv / "groundwork.json").read_text(encoding="utf-8"))
        state["made_for"][1] = os.path.normcase(os.path.realpath(venv))
        (venv / "groundwork.json").write_text(json.dumps(state), encoding="utf-8")
        pth = next(venv.glob("**/site-packages/groundwork.pth"))
        pth.write_text(f"import sys; sys.path.append({str(self.root)!a})\n", encoding="ascii")

    def env(self, **more):
        """Our environment without what would lead Python or pip elsewhere; wheels from the test's folder only."""
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PIP_", "PYTHON", "GROUNDWORK_")) and not name.lower().endswith("_proxy")
        }
        ours.update(
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS=self.wheels.as_uri(),
            PIP_CONFIG_FILE=os.devnull,
            PIP_NO_CACHE_DIR="1",
            PIP_RETRIES="1",
            PIP_TIMEOUT="20",
            PYTHONIOENCODING="utf-8",
        )
        ours.update(more)
        return {name: value for name, value in ours.items() if value is not None}

    def start(self, *arguments, env=None, python=(BASE,), course=None, **options):
        """Start `python course.py *arguments`; its output is text in pipes."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8", **options}
        return subprocess.Popen(
            [*python, str(course or self.root / "course.py"), *arguments], env=env or self.env(), **options
        )

    def run(self, *arguments, **options):
        """Run it to its end."""
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def ask(self, *arguments, **options):
        """Run it, insist that it works, and return what the verb saw, with `said`: what the launcher said."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout), "said": done.stderr}


@pytest.fixture(scope="session")
def new_project(tmp_path_factory):
    """Makes projects that have not been set up."""
    wheels = tmp_path_factory.mktemp("wheels")
    lines = {
        f"{name} {version}": build_wheel(wheels, name, version)
        for name, version in (("gw-tiny", "1.0"), ("gw-tiny", "2.0"), ("gw-extra", "1.0"))
    }
    lines["gw-fat 1.0"] = build_wheel(wheels, "gw-fat", "1.0", b"#" * 40_000_000)
    lines["gw-absent 1.0"] = f"gw-absent==1.0 --hash=sha256:{'1' * 64}\n"

    def make(root):
        project = Project(root, wheels, lines)
        (root / "env").mkdir(parents=True)
        (root / "groundwork").mkdir()
        shutil.copy(COURSE, root)
        (root / "groundwork" / "__init__.py").touch()
        (root / "groundwork" / "cli.py").write_text(CLI, encoding="utf-8")
        project.lock("gw-tiny 1.0")
        project.lock("gw-extra 1.0", lock="ci")
        return project

    return make


@pytest.fixture(scope="session")
def first_run(new_project, tmp_path_factory):
    """A project set up under hard conditions, with what its first run saw: a path with spaces and accents, from
    another folder with a `groundwork` of its own, from inside another venv, with variables that lead elsewhere."""
    project = new_project(tmp_path_factory.mktemp("first") / "mein Kurs é ñ")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "groundwork").mkdir()
    (elsewhere / "groundwork" / "__init__.py").write_text("raise SystemExit('the wrong groundwork')")
    other = elsewhere / "other venv"
    subprocess.run([BASE, "-m", "venv", "--without-pip", str(other)], check=True)
    inside = (str(other / ("Scripts/python.exe" if os.name == "nt" else "bin/python")), "-E")
    env = project.env(
        PYTHONHOME=str(elsewhere),
        PYTHONPATH=str(elsewhere),
        PYTHONDONTWRITEBYTECODE="1",
        PIP_TARGET=str(elsewhere / "target"),
        PIP_USER="1",
        PIP_DRY_RUN="1",
        VIRTUAL_ENV=str(other),
    )
    seen = project.ask("hello", "two words", "é", env=env, python=inside, cwd=elsewhere)
    return project, {**seen, "elsewhere": elsewhere, "other": other}


@pytest.fixture
def ready(first_run, tmp_path):
    """A copy, at a place of its own, of a project that is set up; made to look as if it had been set up there."""
    original = first_run[0]
    project = Project(tmp_path / "course", original.wheels, original.lines)
    shutil.copytree(original.root, project.root, symlinks=True)
    project.settle(project.venv)
    return project


@pytest.fixture
def slow_index(new_project, tmp_path):
    """A package index whose files come only once `gate` is set; `asked` tells that somebody waits for one."""
    wheels = new_project(tmp_path / "unused").wheels
    asked, gate = threading.Event(), threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.strip("/").split("/")[-1]
            if name.endswith(".whl"):
                asked.set()
                gate.wait(60)
                body, kind = (wheels / name).read_bytes(), "application/octet-stream"
            else:
                files = sorted(wheels.glob(name.replace("-", "_") + "-*.whl"))
                body = "".join(f'<a href="/files/{file.name}">{file.name}</a>' for file in files).encode()
                kind = "text/html"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/simple"
    yield {"asked": asked, "gate": gate, "env": {"PIP_NO_INDEX": None, "PIP_FIND_LINKS": None, "PIP_INDEX_URL": url}}
    gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def course():
    """course.py as a module."""
    spec = importlib.util.spec_from_file_location("course_under_test", COURSE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
