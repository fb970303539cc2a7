"""Ask a chat model: the local one by default, or any OpenAI-compatible endpoint.

    >>> from groundwork.models.chat import Chat
    >>> Chat().complete([{"role": "user", "content": "Say yes."}], choices=["yes", "no"]).text
    'yes'

`GROUNDWORK_BASE_URL` and `GROUNDWORK_MODEL` name another endpoint, `GROUNDWORK_API_KEY` holds its key. Answers are
deterministic (temperature 0, fixed seed, no state left by earlier requests) and cached by model and request; an answer
from the cache needs neither a server nor the client library. Left out: tools, images, several answers at once.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from groundwork.models import server
from groundwork.models.chat_errors import (
    AuthenticationFailed,
    BadResponse,
    BudgetExceeded,
    ChatError,
    ContextExceeded,
    EndpointUnreachable,
    ModelUnavailable,
    ServerDied,
)
from groundwork.models.constraints import checked, choice_grammar, choice_masses, choice_schema
from groundwork.models.response_cache import ResponseCache, request_key
from groundwork.models.wire import Piece, Token, Wire

__all__ = [
    "AuthenticationFailed", "BadResponse", "BudgetExceeded", "Chat", "ChatError", "Completion", "ContextExceeded",
    "EndpointUnreachable", "Message", "ModelUnavailable", "ServerDied", "Token",
]  # fmt: skip

Message = Mapping[str, str]  # {"role": "system" | "user" | "assistant", "content": ...}
Result = TypeVar("Result")
SEED = 0
RETRY_PAUSE = 0.2  # seconds before a refused connection or a server error is tried again


@dataclass(frozen=True)
class Completion:
    """An answer. `tokens` is None unless log-probabilities were asked for; counts are 0 where nobody told them.

    `finish_reason` is "stop" or "length" (max_tokens reached); `seconds` is what it took now, `cached` says why so few.
    """

    text: str
    tokens: list[Token] | None
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cached: bool
    finish_reason: str


@dataclass
class Chat:
    """A chat model that threads may share. `timeout` bounds the seconds of silence before each piece of an answer."""

    model: str | None = None
    cache: bool = True
    timeout: float = 60.0
    _wire: Wire | None = field(default=None, init=False, repr=False)
    _endpoint: server.Endpoint | None = field(default=None, init=False, repr=False)
    _lock: Any = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._base_url = os.environ.get("GROUNDWORK_BASE_URL", "").rstrip("/")
        self.model = self.model or os.environ.get("GROUNDWORK_MODEL")
        if not self.local and not self.model:
            raise ModelUnavailable("GROUNDWORK_BASE_URL is set: GROUNDWORK_MODEL must name a model of that endpoint.")
        self.model = self.model or server.DEFAULT_MODEL

    @property
    def local(self) -> bool:
        """Whether answers come from the server on this machine that Groundwork starts."""
        return not self._base_url

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        schema: Mapping[str, Any] | None = None,
        grammar: str | None = None,
        choices: Sequence[str] | None = None,
        logprobs: int = 0,
        stop: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> Completion:
        """Return the answer to the messages.

        At most one constraint: `schema` (JSON schema; the text is JSON that fits it), `grammar` (GBNF; local only),
        `choices` (the text is one of them). `logprobs`: how many likeliest tokens to tell at each place. `seconds`:
        after that the generation is aborted. Raises ChatError: BudgetExceeded with the text so far (out of seconds,
        or JSON cut by max_tokens), ContextExceeded, and what else the module of errors lists.
        """
        begun = time.monotonic()
        body = self._body(messages, max_tokens, schema, grammar, choices, logprobs, stop)
        key, stored = self._stored(body, choices)
        if stored:
            return _completion(stored, time.monotonic() - begun, cached=True)
        left = _countdown(seconds)
        got = self._with_retry(lambda wire: _gathered(wire.pieces(body, left()), logprobs > 0))
        got["text"] = checked(got["text"], got["finish_reason"], schema, choices)
        self._store(key, got)
        return _completion(got, time.monotonic() - begun, cached=False)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        schema: Mapping[str, Any] | None = None,
        grammar: str | None = None,
        stop: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> Iterator[str]:
        """Yield the answer as it is written. Closing the iterator aborts the generation. Raises as `complete` does."""
        body = self._body(messages, max_tokens, schema, grammar, None, 0, stop)
        key, stored = self._stored(body, None)
        if stored:
            yield stored["text"]
            return
        left = _countdown(seconds)
        pieces, first = self._with_retry(lambda wire: _opened(wire.pieces(body, left())))
        seen = []
        try:
            while first is not None:
                seen.append(first)
                if first.text:
                    yield first.text
                first = next(pieces, None)
        except ChatError as error:
            failure: ChatError | None = self._diagnosed(error)
        else:
            failure = None
        finally:
            pieces.close()
        if failure:
            raise failure
        self._store(key, _gathered(iter(seen), False))

    def choice_probabilities(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
        """Return choice -> probability, adding up to 1, from the likeliest first tokens of the answer.

        A token counts for the choice that it begins, whatever its case and leading space ("Yes" for "yes"), so that
        the choices must differ in their first token; raises ValueError if they do not. A choice whose first token is
        not among the likeliest (50, or 20 at other endpoints) has probability 0.
        """
        grammar = choice_grammar(choices) if self.local else None
        got = self.complete(messages, max_tokens=1, grammar=grammar, logprobs=50 if self.local else 20)
        if not got.tokens:
            raise BadResponse("The endpoint gave no log-probabilities, so choices can't be weighed.")
        mass = choice_masses(got.tokens[0], choices)
        total = sum(mass.values())
        if not total:
            raise BadResponse(f"The model began with {got.tokens[0].token!r}, none of {', '.join(map(repr, choices))}.")
        return {choice: value / total for choice, value in mass.items()}

    def token_count(self, text: str) -> int | None:
        """Return the number of tokens of a text for the local model, None for other endpoints."""
        if not self.local:
            return None
        return self._with_retry(lambda wire: self._count(text))

    def _count(self, text: str) -> int:
        endpoint = self._endpoint
        status, answer = server.request(endpoint, "POST", "/tokenize", {"content": text}) if endpoint else (0, None)
        if status != 200 or not isinstance(answer, dict):
            raise EndpointUnreachable("The local server does not count tokens.", retry=True)
        return len(answer["tokens"])

    def _body(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        schema: Mapping[str, Any] | None,
        grammar: str | None,
        choices: Sequence[str] | None,
        logprobs: int,
        stop: Sequence[str] | None,
    ) -> dict[str, Any]:
        """Return the request. Fields that only llama.cpp knows are sent to the local server alone."""
        if sum(constraint is not None for constraint in (schema, grammar, choices)) > 1:
            raise ValueError("Give at most one of schema, grammar and choices.")
        if grammar is not None and not self.local:
            raise ChatError("Other endpoints take no GBNF grammar: use schema or choices, or the local model.")
        body: dict[str, Any] = {"model": self.model, "messages": [dict(message) for message in messages]}
        body |= {"max_tokens": max_tokens, "temperature": 0, "seed": SEED, "stream": True}
        body |= {"stream_options": {"include_usage": True}}
        if choices is not None and not self.local:
            schema = choice_schema(choices)
        if schema is not None:
            named = {"name": "answer", "schema": dict(schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        if logprobs:
            body |= {"logprobs": True, "top_logprobs": logprobs}
        if stop:
            body["stop"] = list(stop)
        if self.local:
            grammar = choice_grammar(choices) if choices is not None else grammar
            body["extra_body"] = {"cache_prompt": False} | ({"grammar": grammar} if grammar else {})
        return body

    def _stored(self, body: dict[str, Any], choices: Sequence[str] | None) -> tuple[str, dict[str, Any] | None]:
        """Return the request's key ("" without a cache) and the answer that is stored under it."""
        if not self.cache:
            return "", None
        identity = server.fingerprint(str(self.model)) if self.local else self._base_url
        key = request_key(identity, body | {"choices": list(choices or [])})
        stored = ResponseCache().get(key)
        return key, stored if stored and set(stored) == _STORED else None

    def _store(self, key: str, got: dict[str, Any]) -> None:
        if key:
            ResponseCache().put(key, got)

    def _with_retry(self, run: Callable[[Wire], Result]) -> Result:
        """Run a request, and once more if its failure may pass: the server died, refused, or failed inside (5xx)."""
        try:
            return run(self._connected())
        except ChatError as error:
            failure = self._diagnosed(error)
        if not failure.retry:
            raise failure
        time.sleep(0 if self.local else RETRY_PAUSE)
        try:
            return run(self._connected())
        except ChatError as error:
            failure = self._diagnosed(error)
        raise failure  # outside the handler, so that nothing is chained that might hold the key

    def _connected(self) -> Wire:
        """Return the connection, starting the local server if need be."""
        with self._lock:
            if self._wire is None and self.local:
                self._endpoint = server.ensure(str(self.model))
                self._wire = Wire(self._endpoint.base_url, self._endpoint.key, self.timeout)
            elif self._wire is None:
                self._wire = Wire(self._base_url, os.environ.get("GROUNDWORK_API_KEY", ""), self.timeout)
            return self._wire

    def _diagnosed(self, error: ChatError) -> ChatError:
        """Return ServerDied instead, and forget the server, if it is gone or another program has its port."""
        endpoint = self._endpoint
        ours = isinstance(error, BadResponse | EndpointUnreachable | AuthenticationFailed | ModelUnavailable)
        if not ours or endpoint is None or server.healthy(endpoint):
            return error
        with self._lock:
            if self._endpoint is endpoint:
                self._wire = self._endpoint = None
        return ServerDied(f"The local server for {self.model} ended in mid-answer.", retry=True)


_STORED = {"text", "tokens", "prompt_tokens", "completion_tokens", "finish_reason"}


def _opened(pieces: Iterator[Piece]) -> tuple[Any, Piece | None]:
    """Return the pieces and the first of them, which is where most failures show."""
    return pieces, next(pieces, None)


def _gathered(pieces: Iterator[Piece], with_tokens: bool) -> dict[str, Any]:
    """Return all pieces of a stream as one answer, in the form that the cache stores."""
    text, finish, usage = "", "", (0, 0)
    tokens: list[Token] = []
    for piece in pieces:
        text, finish, usage = text + piece.text, piece.finish or finish, piece.usage or usage
        tokens += piece.tokens
    return {
        "text": text, "tokens": tokens if with_tokens else None, "finish_reason": finish,
        "prompt_tokens": usage[0], "completion_tokens": usage[1],
    }  # fmt: skip


def _completion(got: dict[str, Any], seconds: float, cached: bool) -> Completion:
    tokens = None if got["tokens"] is None else [Token(*token) for token in got["tokens"]]
    return Completion(**{**got, "tokens": tokens}, seconds=seconds, cached=cached)


def _countdown(seconds: float | None) -> Callable[[], float | None]:
    """Return a function that says what is left of the seconds since its first call (after the server's start)."""
    calls: list[float] = []

    def left() -> float | None:
        calls.append(time.monotonic())
        return None if seconds is None else seconds - (calls[-1] - calls[0])

    return left
