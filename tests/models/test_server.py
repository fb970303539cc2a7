"""The local server process: one for all, private, replaced when dead, hung or impersonated, gone when idle."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from groundwork.models import server
from groundwork.models.chat_errors import ModelUnavailable

MODEL = "qwen2.5-coder-0.5b-instruct"
slow = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def runtime(monkeypatch, tmp_path):
    """A folder of records of its own; whatever server was started there is stopped at the end."""
    monkeypatch.setenv("GROUNDWORK_RUNTIME", str(tmp_path))
    monkeypatch.setenv("GROUNDWORK_SERVER_IDLE", "120")
    yield tmp_path
    server.stop(MODEL)
    assert not server.Place.of(MODEL).occupied()


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def daemons(runtime):
    """Return the ids of the server processes whose records lie in this folder (Linux)."""
    found = []
    for path in os.listdir("/proc"):
        try:
            with open(f"/proc/{path}/cmdline", "rb") as file:
                command = file.read()
            with open(f"/proc/{path}/environ", "rb") as file:
                ours = str(runtime).encode() in file.read()
        except OSError:
            continue
        if path.isdigit() and ours and b"groundwork.models.server" in command:
            found.append(int(path))
    return found


class Impostor(BaseHTTPRequestHandler):
    """Another program that answers everything as if it were a model server, but has another model."""

    def do_GET(self):
        content = json.dumps({"data": [{"id": "something-else"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def test_a_model_that_is_not_in_the_manifest():
    with pytest.raises(ModelUnavailable, match=MODEL):
        server.ensure("gpt-17")
    with pytest.raises(ModelUnavailable, match="all-MiniLM"):
        server.ensure("all-MiniLM-L6-v2")


def test_a_folder_that_can_not_be_made(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GROUNDWORK_RUNTIME", str(tmp_path / "file" / "servers"))
    with pytest.raises(ModelUnavailable, match="GROUNDWORK_RUNTIME"):
        server.ensure(MODEL)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "null"])
def test_a_record_that_makes_no_sense_is_no_record(runtime, content):
    server.Place.of(MODEL).record.write_text(content)
    assert server.Place.of(MODEL).read() is None
    assert server.status() == []
    assert server.stop(MODEL) is False


def test_a_record_of_a_dead_server_is_not_healthy_and_never_shows_its_key(runtime):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    record = server.Record(999_999, port, "the-secret", MODEL, "0" * 64, "1")
    assert not server.healthy(record.endpoint())
    assert "the-secret" not in repr(record) + repr(record.endpoint())


class TestRunning:
    """With real weights; each test starts servers of its own."""

    pytestmark = slow

    def test_processes_that_start_at_once_share_one_server(self, runtime):
        code = (
            "import sys; from groundwork.models import server\n"
            f"endpoint = server.ensure({MODEL!r}); print(endpoint.base_url, server.healthy(endpoint))"
        )
        starters = [
            subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        said = [starter.communicate(timeout=300)[0].strip() for starter in starters]
        assert len(set(said)) == 1 and said[0].endswith("/v1 True")
        assert [status.healthy for status in server.status()] == [True]
        if sys.platform == "linux":
            assert len(daemons(runtime)) == 1

    def test_it_outlives_its_starter_and_is_private(self, runtime, monkeypatch):
        monkeypatch.setenv("GROUNDWORK_API_KEY", "another-secret-of-the-user")
        code = f"from groundwork.models import server; server.ensure({MODEL!r})"
        subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
        record = server.Place.of(MODEL).read()
        assert server.healthy(record.endpoint())
        assert not server.healthy(server.Endpoint(record.endpoint().base_url, "wrong", MODEL, record.sha256))
        assert server.request(server.Endpoint(record.endpoint().base_url, "", MODEL, ""), "GET", "/slots")[0] == 401
        if sys.platform == "linux":
            assert server.Place.of(MODEL).record.stat().st_mode & 0o077 == 0
            with open(f"/proc/{record.pid}/cmdline", "rb") as command, open(f"/proc/{record.pid}/environ", "rb") as env:
                visible = command.read() + env.read()
            assert record.key.encode() not in visible
            assert b"another-secret" not in visible
        with pytest.raises(OSError), socket.create_connection((_outer_address(), record.port), timeout=2):
            pass
        assert record.key not in server.Place.of(MODEL).log.read_text(encoding="utf-8", errors="replace")

    def test_a_server_that_can_not_start_tells_its_last_words(self, runtime, monkeypatch):
        monkeypatch.setenv("GROUNDWORK_SERVER_IDLE", "soon")
        with pytest.raises(ModelUnavailable, match=r"GROUNDWORK_SERVER_IDLE.*'soon'"):
            server.ensure(MODEL)

    def test_a_second_look_finds_it_and_stop_ends_it(self, runtime):
        first = server.ensure(MODEL)
        assert server.ensure(MODEL) == first
        assert server.stop(MODEL) is True
        assert not server.healthy(first)
        assert server.status() == [] and server.stop(MODEL) is False

    def test_the_port_of_a_dead_server_taken_by_another_program(self, runtime):
        first = server.ensure(MODEL)
        record = server.Place.of(MODEL).read()
        os.kill(record.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        assert wait_until(lambda: not server.Place.of(MODEL).occupied())
        other = ThreadingHTTPServer(("127.0.0.1", record.port), Impostor)
        threading.Thread(target=other.serve_forever, args=(0.01,), daemon=True).start()
        try:
            second = server.ensure(MODEL)
        finally:
            other.shutdown()
            other.server_close()
        assert second.base_url != first.base_url and second.key != first.key
        assert server.healthy(second)

    def test_it_stops_when_idle_but_not_in_mid_answer(self, runtime, monkeypatch):
        monkeypatch.setenv("GROUNDWORK_SERVER_IDLE", "2")
        endpoint = server.ensure(MODEL)
        body = {
            "messages": [{"role": "user", "content": "word " * 250}],
            "max_tokens": 60,
            "ignore_eos": True,
        }  # slow enough
        begun = time.monotonic()
        answer = _ask(endpoint, body)
        assert answer["usage"]["completion_tokens"] == 60
        assert time.monotonic() - begun > 2, "the answer came too soon to show anything"
        assert wait_until(lambda: not server.Place.of(MODEL).occupied(), 30)
        assert server.status() == []
        assert not server.healthy(endpoint)

    @pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system can't freeze a process")
    def test_a_server_that_hangs_is_replaced(self, runtime):
        first = server.ensure(MODEL)
        frozen = server.Place.of(MODEL).read().pid
        os.kill(frozen, signal.SIGSTOP)
        assert wait_until(lambda: not server.healthy(first), 60)  # the signal takes effect when it is scheduled
        second = server.ensure(MODEL)
        assert second != first and server.healthy(second)

    def test_a_server_whose_starter_was_killed_is_found(self, runtime):
        code = f"from groundwork.models import server; server.ensure({MODEL!r})"
        starter = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        assert wait_until(lambda: server.Place.of(MODEL).occupied())
        starter.kill()
        starter.wait()
        assert server.healthy(server.ensure(MODEL))
        if sys.platform == "linux":
            assert len(daemons(runtime)) == 1


def _ask(endpoint, body):
    import http.client

    connection = http.client.HTTPConnection(endpoint.base_url.split("/")[2], timeout=300)
    headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def _outer_address():
    """Return an address of this machine that is not the loopback, or one where surely nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.2"
