"""The chat client with real weights (the smallest model) on servers of its own."""

import json
import math
import os
import signal
import threading
import time
import urllib.request

import pytest

from groundwork.models import chat, server
from groundwork.models.chat import Chat
from groundwork.models.response_cache import ResponseCache

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MODEL = "qwen2.5-coder-0.5b-instruct"
PATIENT = 300.0  # seconds of silence that are borne: other tests share the processors
QUESTIONS = [
    "Name a fruit.", "What is 2 + 3?", "Which colour has grass?", "Is water wet?", "Write a line of Python.",
    "Name a capital of Europe.", "What is the opposite of hot?", "Say hello in French.", "How many days has a week?",
    "What do bees make?",
]  # fmt: skip
SHORT = [{"role": "user", "content": "Say hi."}]
STORY = [{"role": "user", "content": "Write a long story about a tent."}]


def ask(text):
    return [{"role": "user", "content": text}]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    """A folder of records of its own; the server that was started there is stopped at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUNDWORK_RUNTIME", str(tmp_path_factory.mktemp("servers")))
        patch.setenv("GROUNDWORK_SERVER_IDLE", "300")
        patch.delenv("GROUNDWORK_BASE_URL", raising=False)
        yield
        server.stop(MODEL)


@pytest.fixture
def model(runtime):
    return Chat(MODEL, cache=False, timeout=PATIENT)


def work_done():
    """Return llama.cpp's own counters: unlike seconds, they do not depend on what else the machine is doing."""
    endpoint = server.ensure(MODEL)
    address = endpoint.base_url.removesuffix("/v1") + "/metrics"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {endpoint.key}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENT) as answer:
        lines = [line.removeprefix("llamacpp:").split() for line in answer.read().decode().splitlines()]
    return {line[0]: float(line[1]) for line in lines if line[0].endswith("_total")}


def kill_server():
    os.kill(server.status()[0].pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def seconds_of(call):
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def test_order_leaves_no_trace_and_a_fresh_server_answers_alike(model):
    def run(questions):
        server.stop(MODEL)
        got = {text: model.complete(ask(text), max_tokens=10, logprobs=1) for text in questions}
        return {
            text: (one.text, [(token.token, round(token.logprob, 4)) for token in one.tokens])
            for text, one in got.items()
        }

    forwards, backwards = run(QUESTIONS), run(QUESTIONS[::-1])
    assert forwards == backwards
    assert len({text for text, _ in forwards.values()}) >= 8, "the answers differ, so equality says something"


def test_an_answer_counts_its_tokens_and_ends_at_the_limit(model):
    got = model.complete(STORY, max_tokens=5, logprobs=3)
    assert (got.finish_reason, got.completion_tokens, len(got.tokens)) == ("length", 5, 5)
    assert "".join(token.token for token in got.tokens) == got.text
    assert all(len(token.top) == 3 and token.logprob <= 0 for token in got.tokens)
    assert got.prompt_tokens > model.token_count(STORY[0]["content"]) > 5


def test_a_schema_is_kept(model):
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": 20}, "sure": {"type": "boolean"}},
        "required": ["answer", "sure"],
    }
    got = json.loads(model.complete(ask("Which colour has the sky?"), schema=schema, max_tokens=60).text)
    assert set(got) == {"answer", "sure"} and isinstance(got["sure"], bool)


def test_a_grammar_and_choices_are_kept(model):
    assert model.complete(ask("How are you?"), grammar='root ::= "tent" [0-9] [0-9]').text[:4] == "tent"
    assert model.complete(ask("How are you?"), choices=["möglich", 'not "so"']).text in ("möglich", 'not "so"')
    with pytest.raises(chat.ChatError, match="grammar"):
        model.complete(ask("x"), grammar="root ::= (")


def test_probabilities_of_choices_add_up_and_follow_the_question(model):
    told = {
        word: model.choice_probabilities(ask(f"Reply with the word {word}."), ["yes", "no"]) for word in ("yes", "no")
    }
    assert all(math.isclose(sum(chance.values()), 1) for chance in told.values())
    assert told["yes"]["yes"] > 0.6 > 0.4 > told["no"]["yes"]


def test_the_budget_of_seconds_frees_the_server(model):
    usual, before = seconds_of(lambda: model.complete(SHORT, max_tokens=2)), work_done()
    with pytest.raises(chat.BudgetExceeded) as caught:
        model.complete(STORY, max_tokens=3000, seconds=6 * usual + 2)
    assert caught.value.partial
    model.complete(SHORT, max_tokens=2)
    assert work_done()["tokens_predicted_total"] - before["tokens_predicted_total"] < 1000


def test_the_budget_also_ends_the_reading_of_a_long_prompt(model):
    model.complete(SHORT, max_tokens=2)
    before = work_done()
    begun = time.monotonic()
    with pytest.raises(chat.BudgetExceeded):
        model.complete(ask("tent " * 3500), seconds=1)
    assert time.monotonic() - begun < 4
    model.complete(SHORT, max_tokens=2)
    assert work_done()["prompt_tokens_total"] - before["prompt_tokens_total"] < 2000, "it was read to the end"


def test_leaving_a_stream_frees_the_server(model):
    model.complete(SHORT, max_tokens=2)
    before = work_done()
    stream = model.stream(STORY, max_tokens=3000)
    assert next(stream) and next(stream)
    stream.close()
    model.complete(SHORT, max_tokens=2)
    assert work_done()["tokens_predicted_total"] - before["tokens_predicted_total"] < 1000


def test_a_prompt_beyond_the_context_tells_both_numbers(model):
    with pytest.raises(chat.ContextExceeded) as caught:
        model.complete(ask("word " * 6000))
    assert caught.value.needed > 6000 and caught.value.available == 4096


def test_a_server_killed_in_mid_answer_is_started_anew_once(model):
    model.complete(SHORT, max_tokens=2)
    before = server.status()[0].pid
    threading.Timer(1.0, kill_server).start()
    got = model.complete(STORY, max_tokens=60)
    assert got.completion_tokens == 60
    assert wait_for(lambda: server.status()[0].pid != before)


def test_a_stream_that_loses_its_server_says_so_and_the_next_request_works(model):
    stream = model.stream(STORY, max_tokens=2000)
    assert next(stream)
    kill_server()
    with pytest.raises(chat.ServerDied):
        list(stream)
    assert model.complete(SHORT, max_tokens=2).text


def test_a_server_that_keeps_dying_is_a_typed_error(model, monkeypatch):
    ended = threading.Event()

    def keep_killing():
        while not ended.wait(0.2):
            for one in server.status():
                if one.healthy:
                    os.kill(one.pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    killer = threading.Thread(target=keep_killing)
    killer.start()
    try:
        with pytest.raises(chat.ChatError) as caught:
            model.complete(STORY, max_tokens=2000)
    finally:
        ended.set()
        killer.join()
    assert isinstance(caught.value, chat.ServerDied | chat.ModelUnavailable)


def test_two_models_in_threads_queue_for_the_one_slot(model):
    texts = []
    threads = [
        threading.Thread(target=lambda: texts.append(Chat(MODEL, False, PATIENT).complete(SHORT, max_tokens=3)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 4 and len({one.text for one in texts}) == 1


def test_the_cache_answers_without_a_server(runtime, monkeypatch, tmp_path):
    monkeypatch.setattr(chat, "ResponseCache", lambda: ResponseCache(tmp_path / "answers.sqlite"))
    got = Chat(MODEL, timeout=PATIENT).complete(ask("Name a fruit."), max_tokens=4, logprobs=1)
    server.stop(MODEL)
    again = Chat(MODEL).complete(ask("Name a fruit."), max_tokens=4, logprobs=1)
    assert again.cached and not got.cached
    assert (again.text, again.tokens) == (got.text, got.tokens)
    assert server.status() == []


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()
