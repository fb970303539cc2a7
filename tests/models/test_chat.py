"""The chat client against a scripted endpoint: what it sends, what it makes of every failure, what it never tells."""

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundwork.errors import GroundworkError
from groundwork.models import chat
from groundwork.models.chat import Chat

KEY = "sk-very-secret-key-0123456789"
ASK = [{"role": "user", "content": "How are you?"}]


class Fake:
    """An endpoint on the loopback; `script` is what it does with each request, the last one again and again."""

    def __init__(self):
        self.script: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.seen: list[dict] = []
        self.keys: list[str] = []
        self.broken = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.seen.append(body)
                self.body = body
                fake.keys.append(self.headers["Authorization"])
                act = fake.script.pop(0) if len(fake.script) > 1 else fake.script[0]
                try:
                    act(self)
                except OSError:
                    fake.broken.set()
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def asked(self, handler):
        return handler.body["messages"][-1]["content"]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def send(handler, status, content, kind="text/event-stream"):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def event(**fields):
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], **fields}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def piece(text, finish=None, logprobs=None):
    return event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": finish, "logprobs": logprobs}])


USAGE = event(usage={"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9})
DONE = b"data: [DONE]\n\n"


def answers(*pieces, finish="stop"):
    stream = b"".join(piece(text) for text in pieces) + piece("", finish) + USAGE + DONE
    return lambda handler: send(handler, 200, stream)


def error(status, message, **fields):
    content = json.dumps({"error": {"message": message, **fields}}).encode()
    return lambda handler: send(handler, status, content, "application/json")


def cut(handler):
    """Begin an answer, then break the connection."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(piece("One "))
    handler.wfile.flush()
    time.sleep(0.1)


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    for i in range(400):
        handler.wfile.write(piece(f"{i} "))
        handler.wfile.flush()
        time.sleep(0.05)


def silent(handler):
    time.sleep(1.5)


@pytest.fixture
def fake(monkeypatch, tmp_path):
    fake = Fake()
    for name, value in {"BASE_URL": fake.url, "MODEL": "m", "API_KEY": KEY, "CACHE": str(tmp_path)}.items():
        monkeypatch.setenv(f"GROUNDWORK_{name}", value)
    yield fake
    fake.close()


def failure(call, expected):
    """Return the error, having checked that it does not tell the key, however it is printed."""
    with pytest.raises(expected) as caught:
        call()
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    assert KEY not in told
    assert caught.value.__context__ is None or KEY not in repr(vars(caught.value.__context__))
    assert isinstance(caught.value, GroundworkError)
    return caught.value


def test_an_answer_with_its_counts_and_log_probabilities(fake):
    top = [{"token": "Well", "logprob": -0.1}, {"token": "Bad", "logprob": -2.5}]
    entry = {"content": [{"token": "Well", "logprob": -0.1, "top_logprobs": top}]}
    stream = piece("Well", logprobs=entry) + piece(".", "stop") + USAGE + DONE
    fake.script = [lambda handler: send(handler, 200, stream)]
    got = Chat().complete(ASK, logprobs=2)
    assert (got.text, got.finish_reason, got.prompt_tokens, got.completion_tokens) == ("Well.", "stop", 7, 2)
    assert got.tokens == [("Well", -0.1, {"Well": -0.1, "Bad": -2.5})]
    assert not got.cached


def test_another_endpoint_gets_standard_fields_and_the_key_only(fake):
    fake.script = [answers("Fine.")]
    Chat().complete(ASK, max_tokens=9, stop=["\n"])
    assert fake.seen == [
        {"model": "m", "messages": ASK, "max_tokens": 9, "temperature": 0, "seed": 0, "stop": ["\n"], "stream": True,
         "stream_options": {"include_usage": True}}
    ]  # fmt: skip
    assert fake.keys == [f"Bearer {KEY}"]


def test_a_proxy_from_the_environment_is_not_told_what_goes_to_this_machine(fake, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    fake.script = [answers("Fine.")]
    assert Chat().complete(ASK).text == "Fine."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Welcome to the printer</body></html>",
        b'{"choices": [{"message": {"content": "not streamed"}}]}',
        b"data: {broken\n\n",
        b"data: [1, 2]\n\n",
        b'data: "text"\n\n',
        DONE,
        event(choices=5),
        event(choices=["x"]),
        event(choices=[{"index": 0, "delta": None}]),
        piece(17, "stop") + DONE,
        piece("One") + DONE,
        USAGE + DONE,
        b"\xff\xfe\x00",
        b"data: \xff\xfe\n\n",
    ],
)
def test_rubbish_is_a_bad_response_and_not_asked_for_again(fake, content):
    fake.script = [lambda handler: send(handler, 200, content)]
    failure(lambda: Chat().complete(ASK), chat.BadResponse)
    assert len(fake.seen) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([200, 204, 302, 400, 404, 418]),
    content=st.one_of(
        st.binary(max_size=200), st.binary(max_size=60).map(lambda rest: piece("One") + b"data: " + rest)
    ),
)
def test_whatever_comes_back_is_an_answer_or_a_chat_error(fake, status, content):
    fake.script = [lambda handler: send(handler, status, content)]
    try:
        got = Chat(cache=False, timeout=5).complete(ASK)
    except chat.ChatError as caught:
        assert str(caught)
    else:
        assert isinstance(got.text, str)


@pytest.mark.parametrize("first", [error(500, "oops"), error(503, "loading"), cut])
def test_a_failure_that_may_pass_is_tried_once_more(fake, first):
    fake.script = [first, answers("Fine.")]
    assert Chat().complete(ASK).text == "Fine."
    assert len(fake.seen) == 2


@pytest.mark.parametrize(
    ("act", "expected", "requests"),
    [
        (error(500, f"cannot use {KEY}"), chat.BadResponse, 2),
        (cut, chat.EndpointUnreachable, 2),
        (error(401, f"Incorrect key {KEY}"), chat.AuthenticationFailed, 1),
        (error(403, f"Forbidden {KEY}"), chat.AuthenticationFailed, 1),
        (lambda handler: send(handler, 401, f"<h1>{KEY}</h1>".encode(), "text/html"), chat.AuthenticationFailed, 1),
        (lambda handler: send(handler, 200, f"data: {KEY}\n\n".encode()), chat.BadResponse, 1),
        (lambda handler: send(handler, 200, b"data: " + f'{{"error": "{KEY}"}}\n\n'.encode()), chat.BadResponse, 1),
        (error(404, "no model m"), chat.ModelUnavailable, 1),
        (error(429, "slow down"), chat.EndpointUnreachable, 1),
        (error(400, f"bad field, key {KEY}"), chat.ChatError, 1),
    ],
)
def test_failures_have_types_and_never_tell_the_key(fake, act, expected, requests):
    fake.script = [act]
    failure(lambda: Chat().complete(ASK), expected)
    assert len(fake.seen) == requests


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "exceed_context_size_error", "n_prompt_tokens": 6030, "n_ctx": 4096, "message": "too long"},
        {"code": "context_length_exceeded", "message": "maximum context length is 4096 tokens, you sent 6030 tokens"},
    ],
)
def test_a_prompt_that_is_too_long_tells_both_numbers(fake, fields):
    fake.script = [error(400, **fields)]
    caught = failure(lambda: Chat().complete(ASK), chat.ContextExceeded)
    assert (caught.needed, caught.available) == (6030, 4096)
    assert "6030" in str(caught) and "4096" in str(caught)
    assert len(fake.seen) == 1


def test_nobody_listening(fake):
    model = Chat()
    fake.close()
    caught = failure(lambda: model.complete(ASK), chat.EndpointUnreachable)
    assert fake.url in str(caught)


def test_silence_ends_after_the_timeout(fake):
    fake.script = [silent]
    begun = time.monotonic()
    failure(lambda: Chat(timeout=0.3).complete(ASK), chat.EndpointUnreachable)
    assert time.monotonic() - begun < 1.4
    assert len(fake.seen) == 1


def test_a_budget_of_seconds_aborts_the_generation_and_keeps_what_was_written(fake):
    fake.script = [endless]
    begun = time.monotonic()
    caught = failure(lambda: Chat().complete(ASK, seconds=0.7), chat.BudgetExceeded)
    assert time.monotonic() - begun < 5
    assert caught.partial.startswith("0 1 ")
    assert fake.broken.wait(5), "the connection stayed open, so the endpoint went on writing"


def test_a_budget_also_ends_a_request_that_has_not_begun_to_answer(fake):
    fake.script = [silent]
    begun = time.monotonic()
    caught = failure(lambda: Chat().complete(ASK, seconds=0.3), chat.BudgetExceeded)
    assert time.monotonic() - begun < 1.4
    assert caught.partial == ""


def test_streaming_yields_pieces_and_closing_aborts(fake):
    fake.script = [answers("One ", "two."), endless]
    model = Chat()
    assert list(model.stream(ASK)) == ["One ", "two."]
    stream = model.stream([{"role": "user", "content": "Count."}])
    assert [next(stream), next(stream)] == ["0 ", "1 "]
    stream.close()
    assert fake.broken.wait(5)


def test_a_stream_that_breaks_after_its_first_piece_is_not_repeated(fake):
    fake.script = [cut]
    stream = Chat().stream(ASK)
    assert next(stream) == "One "
    failure(lambda: next(stream), chat.EndpointUnreachable)
    assert len(fake.seen) == 1


def test_answers_are_cached_by_endpoint_and_request_unless_told_otherwise(fake, monkeypatch):
    fake.script = [answers("First."), answers("Second."), answers("Third."), answers("Fourth."), answers("Fifth.")]
    model = Chat()
    assert not model.complete(ASK).cached
    again = model.complete(ASK)
    assert (again.text, again.cached, again.prompt_tokens) == ("First.", True, 7)
    assert list(model.stream(ASK)) == ["First."]
    assert model.complete(ASK, max_tokens=5).text == "Second."
    assert Chat(cache=False).complete(ASK).text == "Third."
    assert Chat("other").complete(ASK).text == "Fourth."
    assert Chat("other").complete(ASK, logprobs=1).text == "Fifth."
    monkeypatch.setenv("GROUNDWORK_BASE_URL", fake.url + "/")
    assert Chat().complete(ASK).cached, "a slash at the end is the same endpoint"


def test_a_failed_answer_is_not_cached(fake):
    fake.script = [lambda handler: send(handler, 200, piece("Half") + DONE), answers("Whole.")]
    failure(lambda: Chat().complete(ASK), chat.BadResponse)
    assert Chat().complete(ASK).text == "Whole."


def test_json_is_held_to_its_schema(fake):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    fake.script = [answers('{"n": 3}'), answers('{"n": "three"}'), answers("Sure!"), answers('{"n": ', finish="length")]
    model = Chat(cache=False)
    assert json.loads(model.complete(ASK, schema=schema).text) == {"n": 3}
    assert fake.seen[0]["response_format"]["json_schema"]["schema"] == schema
    failure(lambda: model.complete(ASK, schema=schema), chat.BadResponse)
    failure(lambda: model.complete(ASK, schema=schema), chat.BadResponse)
    assert failure(lambda: model.complete(ASK, schema=schema), chat.BudgetExceeded).partial == '{"n": '


def test_a_choice_and_json_of_the_same_schema_are_cached_apart(fake):
    fake.script = [answers('{"choice": "no"}')]
    model = Chat()
    assert model.complete(ASK, choices=["yes", "no"]).text == "no"
    schema = fake.seen[0]["response_format"]["json_schema"]["schema"]
    assert model.complete(ASK, schema=schema).text == '{"choice": "no"}'


def test_choices_at_another_endpoint_go_through_a_schema(fake):
    fake.script = [answers('{"choice": "no"}'), answers('{"choice": "perhaps"}')]
    model = Chat(cache=False)
    assert model.complete(ASK, choices=["yes", "no"]).text == "no"
    failure(lambda: model.complete(ASK, choices=["yes", "no"]), chat.BadResponse)
    assert "extra_body" not in fake.seen[0] and "grammar" not in fake.seen[0]


def test_a_constraint_that_can_not_be_kept_is_refused_before_anything_is_sent(fake):
    failure(lambda: Chat().complete(ASK, grammar='root ::= "x"'), chat.ChatError)
    with pytest.raises(ValueError, match="at most one"):
        Chat().complete(ASK, schema={}, choices=["a"])
    assert not fake.seen


def test_another_endpoint_needs_the_name_of_a_model(fake, monkeypatch):
    monkeypatch.delenv("GROUNDWORK_MODEL")
    failure(Chat, chat.ModelUnavailable)


def test_threads_share_a_model_and_get_their_own_answers(fake):
    fake.script = [lambda handler: answers(fake.asked(handler))(handler)]
    model, texts = Chat(cache=False), {}

    def ask(name):
        texts[name] = model.complete([{"role": "user", "content": name}]).text

    threads = [threading.Thread(target=ask, args=(f"thread {i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert texts == {f"thread {i}": f"thread {i}" for i in range(8)}


def test_nothing_that_is_printed_holds_the_key(fake, caplog):
    fake.script = [answers("Fine.")]
    model = Chat()
    with caplog.at_level("DEBUG"):
        model.complete(ASK)
    assert KEY not in repr(model) + repr(vars(model)) + caplog.text


def test_importing_is_quick_and_leaves_the_heavy_libraries_alone():
    code = (
        "import time, sys; begun = time.process_time(); import groundwork.models.chat\n"
        "heavy = [name for name in ('openai', 'xllamacpp', 'httpx', 'numpy') if name in sys.modules]\n"
        "print(time.process_time() - begun, heavy)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    seconds = [float(run.stdout.split(" ", 1)[0]) for run in runs]
    assert runs[0].stdout.split(" ", 1)[1].strip() == "[]"
    assert min(seconds) < 0.3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_made_by_fork_can_ask_too(fake):
    fake.script = [answers("Fine.")]
    model = Chat(cache=False)
    assert model.complete(ASK).text == "Fine."
    code = (
        "import os, sys; from groundwork.models.chat import Chat; model = Chat(cache=False)\n"
        "ask = [{'role': 'user', 'content': 'x'}]; model.complete(ask); pid = os.fork()\n"
        "right = model.complete(ask, seconds=30).text == 'Fine.'\n"
        "if pid == 0: os._exit(0 if right else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
