"""Weights by content: whoever delivers, only bytes with the manifest's hash reach the cache."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundwork.models import weights
from groundwork.models.sources import File, SourceError
from groundwork.models.weights import Model, WeightsError
from groundwork.paths import cache_dir

GOOD = b"the bytes of a tiny model " * 40
ROOT = Path(weights.__file__).parents[2]
REAL_CACHE = cache_dir()


@dataclass(frozen=True)
class Fake:
    """A source that delivers what it is told to, or raises it; it notes every call."""

    content: object
    name: str = "fake"
    network: bool = False
    calls: list = field(default_factory=list)

    def __str__(self):
        return f"source {self.name}"

    def space(self, files):
        return sum(file.size for file in files)

    def deliver(self, files, out, work, watch):
        self.calls.append([file.name for file in files])
        for file in files:
            content = self.content.get(file.name) if isinstance(self.content, dict) else self.content
            if isinstance(content, BaseException):
                (out / file.name).write_bytes(GOOD[:7])
                raise content
            if content is not None:
                (out / file.name).write_bytes(content)


def tiny(*sources, name="tiny", **contents):
    """A model with one file, model.bin, whose content is GOOD, or with the named contents."""
    named = {key.replace("_", "."): value for key, value in contents.items()} or {"model.bin": GOOD}
    files = tuple(File(key, hashlib.sha256(value).hexdigest(), len(value)) for key, value in named.items())
    return Model(name, files, "Apache-2.0", "https://example.org/tiny", tuple(sources))


def left(cache):
    """Every file under the cache but the lock files, which stay."""
    return sorted(at.name for at in cache.rglob("*") if at.is_file() and at.suffix != ".lock")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    for variable in ("GROUNDWORK_WEIGHTS", "GROUNDWORK_OFFLINE", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GROUNDWORK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def run(script, *arguments, prefix=()):
    """Start a fresh Python that runs `script`."""
    code = "import sys; sys.path[:0] = sys.argv[1:3]\n" + textwrap.dedent(script)
    command = [*prefix, sys.executable, "-c", code, str(ROOT), str(Path(__file__).parent), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path):
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)


def test_the_first_source_with_the_right_hash_wins_and_later_ones_are_not_asked(cache):
    wrong, right, later = Fake(b"x" * len(GOOD)), Fake(GOOD), Fake(GOOD)
    folder = weights.fetch(tiny(wrong, right, later))
    assert (folder / "model.bin").read_bytes() == GOOD
    assert (len(wrong.calls), len(right.calls), len(later.calls)) == (1, 1, 0)
    assert left(cache) == ["model.bin", "stamp.json"]


def test_a_later_source_is_asked_only_for_what_is_missing():
    half, rest = Fake({"a.bin": b"a", "b.bin": b"wrong"}), Fake({"a.bin": b"a", "b.bin": b"b"})
    folder = weights.fetch(tiny(half, rest, a_bin=b"a", b_bin=b"b"))
    assert rest.calls == [["b.bin"]]
    assert [(folder / name).read_bytes() for name in ("a.bin", "b.bin")] == [b"a", b"b"]


def test_a_failure_names_every_source_and_why_and_leaves_nothing(cache, tmp_path):
    wrong = Fake(b"x" * len(GOOD), "one")
    model = tiny(wrong, Fake(SourceError("gone away"), "two"), Fake(OSError(28, "No space left"), "three"))
    with pytest.raises(WeightsError) as caught:
        weights.fetch(model, from_path=tmp_path / "nowhere")
    text = str(caught.value)
    assert re.search("source one: model.bin has the SHA-256 [0-9a-f]{64} instead of", text)
    assert "source two: gone away" in text and "source three: [Errno 28] No space left" in text
    assert "nowhere: there is no such file or folder" in text and "GROUNDWORK_WEIGHTS" in text
    assert left(cache) == [] and not weights.cached(model)


def test_offline_asks_no_network_source_but_looks_into_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GROUNDWORK_OFFLINE", "1")
    remote = Fake(GOOD, network=True)
    with pytest.raises(WeightsError, match="source fake: not asked, since GROUNDWORK_OFFLINE is set"):
        weights.fetch(tiny(remote))
    (tmp_path / "stick" / "sub").mkdir(parents=True)
    (tmp_path / "stick" / "sub" / "decoy").write_bytes(b"x" * len(GOOD))
    (tmp_path / "stick" / "sub" / "renamed.dat").write_bytes(GOOD)
    monkeypatch.setenv("GROUNDWORK_WEIGHTS", str(tmp_path / "stick"))
    assert (weights.fetch(tiny(remote)) / "model.bin").read_bytes() == GOOD
    assert remote.calls == []


def test_from_path_may_be_the_file_itself_and_comes_after_the_sources(tmp_path):
    (tmp_path / "given.bin").write_bytes(GOOD)
    first = Fake(None)
    folder = weights.fetch(tiny(first), from_path=tmp_path / "given.bin")
    assert (folder / "model.bin").read_bytes() == GOOD and len(first.calls) == 1


def test_too_little_disk_is_said_before_anything_is_downloaded(monkeypatch):
    source, usage = Fake(GOOD), shutil.disk_usage(Path.cwd())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10))
    with pytest.raises(WeightsError, match=r"needs 0 MB on the disk of .* which has 0 MB free"):
        weights.fetch(tiny(source))
    assert source.calls == []


# The cache


@pytest.mark.parametrize("damage", [GOOD[:-1], b"", b"X" + GOOD[1:], GOOD + b"!"])
def test_a_damaged_cache_heals(damage):
    source = Fake(GOOD)
    file = weights.fetch(tiny(source)) / "model.bin"
    file.write_bytes(damage)
    os.utime(file, ns=(1, 1))
    assert [check.ok for check in weights.verify(tiny(source))] == [False]
    weights.fetch(tiny(source))
    assert file.read_bytes() == GOOD and len(source.calls) == 2


@pytest.mark.parametrize("stamp", [None, "", "[", "[]", '{"model.bin": 3}'])
def test_good_files_without_a_good_stamp_are_hashed_not_fetched(stamp):
    source = Fake(GOOD)
    at = weights.fetch(tiny(source)) / "stamp.json"
    at.unlink() if stamp is None else at.write_text(stamp)
    weights.fetch(tiny(source))
    assert len(source.calls) == 1 and json.loads(at.read_text())["model.bin"][1] == len(GOOD)


def test_verify_believes_no_stamp_and_lets_the_next_fetch_heal():
    file = weights.fetch(tiny(Fake(GOOD))) / "model.bin"
    stat = file.stat()
    file.write_bytes(GOOD[::-1])
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert weights.cached(tiny())  # the price of a fast start: only `verify` sees a change that keeps size and time
    assert "SHA-256" in weights.verify(tiny())[0].problem
    assert (weights.fetch(tiny(Fake(GOOD))) / "model.bin").read_bytes() == GOOD


def test_an_interrupt_leaves_nothing(cache):
    with pytest.raises(KeyboardInterrupt):
        weights.fetch(tiny(Fake(KeyboardInterrupt())))
    assert left(cache) == []


SLOW = """
    import time
    from pathlib import Path
    import test_weights as t
    class Slow(t.Fake):
        def deliver(self, files, out, work, watch):
            (out / "model.bin").write_bytes(t.GOOD[:20])
            Path(sys.argv[3]).touch()
            for _ in range(2400):
                if Path(sys.argv[3] + ".go").exists():
                    break
                time.sleep(0.025)
            super().deliver(files, out, work, watch)
            with open(sys.argv[3] + ".log", "a") as log:
                log.write("delivered ")
    print(t.weights.fetch(t.tiny(Slow(t.GOOD))))
"""


def test_two_processes_fetch_once_and_the_second_says_that_it_waits(tmp_path):
    first = run(SLOW, tmp_path / "ready")
    wait_for(tmp_path / "ready")
    second = run(SLOW, tmp_path / "ready")
    said = second.stderr.readline()
    (tmp_path / "ready.go").touch()
    outputs = [first.communicate(timeout=60), second.communicate(timeout=60)]
    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert said == "Another process is fetching tiny: waiting for it.\n"
    assert (tmp_path / "ready.log").read_text() == "delivered "
    assert Path(outputs[1][0].strip(), "model.bin").read_bytes() == GOOD


def test_a_run_killed_half_way_is_swept_up_by_the_next(tmp_path, cache):
    process = run(SLOW, tmp_path / "ready")
    wait_for(tmp_path / "ready")
    process.kill()
    process.communicate(timeout=30)
    assert left(cache) == ["model.bin"] and not weights.cached(tiny())  # half of it, in a work folder
    folder = weights.fetch(tiny(Fake(GOOD)))
    assert left(cache) == ["model.bin", "stamp.json"] and (folder / "model.bin").read_bytes() == GOOD


def unprivileged():
    """What to put before a command so that even root keeps to the permissions of files."""
    if os.name == "nt":
        pytest.skip("permissions of folders work otherwise on Windows")
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root ignores permissions, and there is no setpriv to drop that right")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


@pytest.mark.parametrize("kept", [("model.bin", "stamp.json"), ("model.bin",), ()])
def test_a_read_only_cache_works_if_it_holds_good_weights_and_says_so_if_not(cache, kept):
    folder = weights.fetch(tiny(Fake(GOOD)))
    for name in {"model.bin", "stamp.json"} - set(kept):
        (folder / name).unlink()
    folders = [folder, folder.parent, cache]
    (folder.parent / "tiny.lock").unlink(missing_ok=True)
    try:
        for each in folders:
            each.chmod(0o555)
        process = run("import test_weights as t; print(t.weights.fetch(t.tiny(t.Fake(t.GOOD))))", prefix=unprivileged())
        out, err = process.communicate(timeout=60)
    finally:
        for each in folders:
            each.chmod(0o755)
    if kept:
        assert process.returncode == 0 and out.strip() == str(folder), err
    else:
        assert re.search("WeightsError: The cache of weights .* can't be written.*GROUNDWORK_CACHE", err), err


def test_progress_goes_to_stderr_when_asked_for_and_never_otherwise(capfd):
    class Telling(Fake):
        def deliver(self, files, out, work, watch):
            watch(10)
            super().deliver(files, out, work, watch)

    weights.fetch(tiny(Telling(GOOD), name="silent"), progress=False)
    weights.fetch(tiny(Telling(GOOD), name="quick"))
    weights.fetch(tiny(Telling(GOOD), name="shown"), progress=True)
    out, err = capfd.readouterr()
    assert out == "" and err.strip() == "Fetching shown (0 MB) from source fake"


# Whatever the bytes

contents = st.one_of(st.just(GOOD), st.binary(max_size=2000), st.sampled_from([GOOD[:-1], GOOD + b"\0", b"", None]))
anything = st.one_of(contents, st.sampled_from([SourceError("no"), OSError(5, "I/O error"), PermissionError("no")]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivered=st.lists(anything, max_size=4), before=contents)
def test_fetch_gives_exactly_the_hash_or_raises_and_leaves_nothing(cache, delivered, before):
    shutil.rmtree(cache, ignore_errors=True)
    model = tiny(*(Fake(each) for each in delivered))
    if before is not None:
        (cache / "weights" / "tiny").mkdir(parents=True)
        (cache / "weights" / "tiny" / "model.bin").write_bytes(before)
    try:
        folder = weights.fetch(model, progress=False)
    except WeightsError:
        assert GOOD not in delivered and before != GOOD and left(cache) == []
    else:
        assert (folder / "model.bin").read_bytes() == GOOD and left(cache) == ["model.bin", "stamp.json"]


@pytest.mark.slow
def test_the_real_embedding_model_is_what_its_publisher_released(monkeypatch):
    monkeypatch.setenv("GROUNDWORK_CACHE", str(REAL_CACHE))
    names = {at.name for at in weights.path("all-MiniLM-L6-v2").iterdir()}
    assert names >= {"model.safetensors", "tokenizer.json", "config.json"}
    assert all(check.ok for check in weights.verify("all-MiniLM-L6-v2"))
