"""The sources of weights with real pip, real wheels and a hub on loopback: only unpacked, bounded, joined, discreet."""

import hashlib
import io
import os
import re
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from groundwork.models import weights
from groundwork.models.sources import File, Folder, Hub, SourceError, Wheels
from groundwork.models.weights import Model, WeightsError

GOOD = bytes(range(256)) * 40
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """A folder of wheels that is all of the package index, and an empty cache."""
    for variable in ("GROUNDWORK_WEIGHTS", "GROUNDWORK_OFFLINE", "PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GROUNDWORK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def zipped(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, method if isinstance(content, bytes) else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def wheel(shelf, name, members, method=zipfile.ZIP_DEFLATED):
    """Put a wheel on the shelf; return its line for a lock file."""
    info = f"{name}-1.0.dist-info"
    members = members | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    at = shelf / f"{name}-1.0-py3-none-any.whl"
    at.write_bytes(zipped(members, method))
    return line(name, at)


def line(name, at):
    return f"{name.replace('_', '-')}==1.0 \\\n    --hash=sha256:{hashlib.sha256(at.read_bytes()).hexdigest()}\n"


def model(source, content=GOOD):
    file = File("model.bin", hashlib.sha256(content).hexdigest(), len(content))
    return Model("tiny", (file,), "Apache-2.0", "https://example.org", (source,))


def wheels(tmp_path, lines, *steps):
    (tmp_path / "tiny.lock").write_text("# a comment\n" + "".join(lines), encoding="utf-8")
    return Wheels(tmp_path / "tiny.lock", {"model.bin": steps})


def fetched(tmp_path, source, content=GOOD):
    """Fetch, then check that the cache holds the model and nothing else."""
    assert (weights.fetch(model(source, content), progress=False) / "model.bin").read_bytes() == content
    names = {at.name for at in (tmp_path / "cache").rglob("*")}
    assert names - {"tiny.lock"} == {"weights", "tiny", "model.bin", "stamp.json"}


def refused(tmp_path, source):
    """Fetch in vain, check that nothing is left, and return the message."""
    with pytest.raises(WeightsError) as caught:
        weights.fetch(model(source), progress=False)
    assert [at for at in (tmp_path / "cache").rglob("*") if at.is_file() and at.suffix != ".lock"] == []
    return str(caught.value)


def test_the_manifest_names_hashes_licences_and_sources_that_carry_every_file():
    models = weights.load_manifest()
    assert list(models) == ["all-MiniLM-L6-v2", "qwen2.5-coder-1.5b-instruct", "qwen2.5-coder-0.5b-instruct"]
    for model in models.values():
        assert model.licence == "Apache-2.0" and re.search(r"/tree/[0-9a-f]{40}$", model.origin)
        assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 0 for file in model.files)
        wheels = [source for source in model.sources if isinstance(source, Wheels)]
        hubs = [source for source in model.sources if not isinstance(source, Wheels)]
        assert list(model.sources) == [*wheels, *hubs] and wheels and hubs
        for source in wheels:
            assert set(source.members) == {file.name for file in model.files}
            assert all(re.search(r"==\S+ +--hash=sha256:[0-9a-f]{64}$", line) for line in source.requirements())
        assert all(f"/{source.repo}/tree/{source.commit}" in model.origin for source in hubs)
    parts = models["qwen2.5-coder-1.5b-instruct"].sources[0].requirements()
    assert [int(re.search(r"part(\d+)", line)[1]) for line in parts] == list(range(1, 23))


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(WeightsError, match=r"no model 'gpt-9'.*all-MiniLM-L6-v2"):
        weights.path("gpt-9")


def test_a_wheel_is_unpacked_and_nothing_in_it_runs(shelf, tmp_path):
    trap = f"open({str(tmp_path / 'ran')!r}, 'w').close()"
    members = {"tiny/model.bin": GOOD, "tiny/__init__.py": trap, "tiny.pth": f"import os; {trap}", "setup.py": trap}
    fetched(tmp_path, wheels(tmp_path, [wheel(shelf, "tiny", members)], "tiny/model.bin"))
    assert not (tmp_path / "ran").exists()


def test_a_source_distribution_is_never_built(shelf, tmp_path):
    at = shelf / "tiny-1.0.zip"
    at.write_bytes(zipped({"tiny-1.0/setup.py": f"open({str(tmp_path / 'ran')!r}, 'w').close()"}))
    assert "No matching distribution" in refused(tmp_path, wheels(tmp_path, [line("tiny", at)], "*"))
    assert not (tmp_path / "ran").exists()


def test_a_wheel_that_differs_from_the_lock_is_refused(shelf, tmp_path):
    locked = wheel(shelf, "tiny", {"tiny/model.bin": GOOD})
    wheel(shelf, "tiny", {"tiny/model.bin": GOOD, "tiny/more": b"!"})
    assert "DO NOT MATCH THE HASHES" in refused(tmp_path, wheels(tmp_path, [locked], "tiny/model.bin"))


def test_parts_are_joined_in_numeric_order_a_few_wheels_at_a_time(shelf, tmp_path):
    parts = [f"part {number}, ".encode() * number for number in range(1, 12)]
    lines = [wheel(shelf, f"tiny_part{n}", {f"tiny_part{n}/data.bin": part}) for n, part in enumerate(parts, 1)]
    fetched(tmp_path, wheels(tmp_path, sorted(lines), "tiny_part*/data.bin"), b"".join(parts))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_in_a_zip_in_the_wheel_is_found(shelf, tmp_path, method):
    inner = zipped({"deep/model.bin": GOOD, "other": b""})
    locked = wheel(shelf, "tiny", {"tiny/model.zip": inner}, method)
    fetched(tmp_path, wheels(tmp_path, [locked], "tiny/model.zip", "*model.bin"))


ZEROS = bytes(40_000_000)


@pytest.mark.parametrize(
    ("members", "steps", "method", "reason"),
    [
        ({"m": ZEROS}, ["m"], zipfile.ZIP_DEFLATED, "m claims 40,000,000 bytes where at most 10,240 were wanted"),
        ({"i": ZEROS}, ["i", "m"], zipfile.ZIP_DEFLATED, "i claims 40,000,000 bytes where at most"),
        ({"i": zipped({"m": ZEROS})}, ["i", "m"], zipfile.ZIP_STORED, "m claims 40,000,000 bytes"),
        ({"m": GOOD}, ["m"], zipfile.ZIP_LZMA, "m is packed with method 14, not deflate"),
        ({"i": b"no zip"}, ["i", "m"], zipfile.ZIP_STORED, "BadZipFile: File is not a zip file"),
        ({"a": GOOD, "b": GOOD}, ["[ab]"], zipfile.ZIP_STORED, "it has 2 members [ab] instead of 1"),
        ({"m": GOOD[:-1]}, ["m"], zipfile.ZIP_STORED, "model.bin has 10,239 bytes instead of 10,240"),
    ],
)
def test_bombs_and_broken_archives_are_refused_with_a_reason(shelf, tmp_path, members, steps, method, reason):
    locked = wheel(shelf, "tiny", members, method)
    assert reason in refused(tmp_path, wheels(tmp_path, [locked], *steps))


def test_parts_that_together_are_too_much_are_stopped(shelf, tmp_path):
    lines = [wheel(shelf, f"tiny_part{n}", {"m": GOOD[:6000]}) for n in (1, 2, 3)]
    message = refused(tmp_path, wheels(tmp_path, lines, "m"))
    assert "tiny_part2-1.0-py3-none-any.whl: more than the 10,240 bytes that were wanted came out" in message


def test_passwords_in_index_addresses_are_masked(tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_FIND_LINKS", "http://me:hunter2@127.0.0.1:9/wheels")
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:hunter2@127.0.0.1:9/simple")
    message = refused(tmp_path, wheels(tmp_path, ["tiny==1.0 --hash=sha256:" + "0" * 64], "m"))
    assert "No matching distribution found for tiny==1.0" in message and "hunter2" not in message


@contextmanager
def hub(content):
    """A model hub on loopback; yields its address and the headers of every request."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            seen.append((self.path, dict(self.headers)))
            found = content if self.path == f"/owner/tiny/resolve/{COMMIT}/model.bin" else b""
            self.send_response(200 if found else 404)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            return found

        def do_GET(self):
            self.wfile.write(self.do_HEAD())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


def test_the_hub_is_asked_at_the_commit_without_a_token_and_without_the_users_hub_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with hub(GOOD) as (address, seen):
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetched(tmp_path, Hub("owner/tiny", COMMIT))
    assert seen and all(COMMIT in path for path, _ in seen)
    assert not any("authorization" in map(str.lower, headers) for _, headers in seen)
    assert not (tmp_path / "hf").exists()


def test_other_bytes_from_the_hub_are_refused(tmp_path, monkeypatch):
    with hub(GOOD[::-1]) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert "model hub, owner/tiny at 0123456789: model.bin has the SHA-256" in refused(
            tmp_path, Hub("owner/tiny", COMMIT)
        )


def test_a_file_that_the_hub_does_not_have_is_said(tmp_path, monkeypatch):
    with hub(GOOD) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        assert "404" in refused(tmp_path, Hub("owner/other", COMMIT))


def test_a_folder_copies_only_the_right_bytes_and_says_what_it_lacks(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "mine" / "whatever").write_bytes(GOOD)
    files = [File("model.bin", hashlib.sha256(GOOD).hexdigest(), len(GOOD)), File("b", "0" * 64, len(GOOD))]
    with pytest.raises(SourceError, match="no file with the 10,240 bytes and the SHA-256 of b"):
        Folder(tmp_path / "mine").deliver(files, tmp_path / "out", tmp_path, lambda done: None)
    assert [at.name for at in (tmp_path / "out").iterdir()] == ["model.bin"]
