"""The locks: every direct dependency has a floor and a reason, and wheels exist wherever the course says it runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from groundwork.paths import ROOT

OWNERS = {"jupyterlab", "nbval", "scikit-learn", "faiss-cpu", "matplotlib", "ipywidgets", "papermill"}
PLATFORMS = ("x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-manylinux_2_28", "aarch64-manylinux_2_28")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LOCKS = sorted((ROOT / "env").glob("*.lock"))
LIGHT = [lock for lock in LOCKS if lock.stem != "deep"]  # on Linux the index has PyTorch with CUDA only


def direct() -> dict[str, str]:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return {line.split(">=")[0]: line for line in text.splitlines() if line and not line.startswith("#")}


def locked(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def test_every_direct_dependency_has_a_floor_and_a_reason() -> None:
    assert direct().keys() >= OWNERS
    for line in direct().values():
        assert re.fullmatch(r"[a-z0-9-]+>=[0-9.]+ +# \S.{6,}", line), line


def test_the_lock_holds_every_direct_dependency_at_or_above_its_floor() -> None:
    versions = locked(ROOT / "env" / "requirements.lock")
    for name, line in direct().items():
        floor = re.search(r">=([0-9.]+)", line)
        assert floor
        for version in versions[name]:
            numbers = [int(part) for part in re.findall(r"\d+", version)]
            assert numbers >= [int(part) for part in floor[1].split(".")], f"{name} {version}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_is_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8"))
    packages = [entry for entry in entries if "==" in entry.splitlines()[0]]
    assert packages
    assert all("--hash=sha256:" in entry for entry in packages)


@pytest.mark.parametrize("lock", LIGHT, ids=lambda path: path.name)
def test_only_what_fits_networks_pulls_a_gpu(lock: Path) -> None:
    assert not {"torch", "sentence-transformers", "triton"} & locked(lock).keys()
    assert not [name for name in locked(lock) if name.startswith(("nvidia", "cuda"))]


def test_the_locks_agree_on_what_they_share() -> None:
    core = locked(ROOT / "env" / "requirements.lock")
    for lock in LOCKS:
        for name, versions in locked(lock).items():
            assert versions <= core.get(name, versions), f"{name} in {lock.name}"


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_wheels_exist_for_every_platform(platform: str, python: str, tmp_path: Path) -> None:
    pytest.importorskip("uv", reason="uv is in env/ci.lock, which `course.py test` installs")
    for lock in LOCKS:
        command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-deps", "--require-hashes"]
        where = ["--only-binary", ":all:", "--python-platform", platform, "--python-version", python]
        target = ["--target", str(tmp_path / lock.stem), "--no-config", "-r", str(lock)]
        env = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}  # README: macOS 14 or later
        result = subprocess.run([*command, *where, *target], capture_output=True, text=True, check=False, env=env)
        assert result.returncode == 0, f"{lock.name} on {platform} {python}:\n{result.stderr}"
        assert "Would install" in result.stderr
