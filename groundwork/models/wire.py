"""One streamed request to an OpenAI-compatible endpoint: pieces of text as they come, and typed errors.

Everything is streamed, so that a budget can stop a generation half-way. The asynchronous client runs in a thread of
its own: cancelling its task closes the connection at any stage (even while the prompt is still being read, which no
timeout between two bytes could do), and that frees the server. The key appears in no message, even if the endpoint
sends it back: errors of the client library are replaced, never chained.
"""

import asyncio
import os
import queue
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from groundwork.models.chat_errors import (
    AuthenticationFailed,
    BadResponse,
    BudgetExceeded,
    ChatError,
    ContextExceeded,
    EndpointUnreachable,
    ModelUnavailable,
)


class Token(NamedTuple):
    """A token of the answer, its natural log-probability, and the likeliest tokens at its place with theirs."""

    token: str
    logprob: float
    top: dict[str, float]


@dataclass(frozen=True)
class Piece:
    """What one event of the stream brought; `usage` (tokens read, tokens written) comes with the last."""

    text: str = ""
    tokens: tuple[Token, ...] = ()
    finish: str = ""
    usage: tuple[int, int] | None = None


@dataclass
class Wire:
    """A connection to one endpoint. Safe to share between threads."""

    base_url: str
    key: str = field(repr=False)
    timeout: float
    _client: Any = field(default=None, repr=False)
    _process: int = field(default=0, repr=False)

    def pieces(self, body: dict[str, Any], seconds: float | None) -> Iterator[Piece]:
        """Send the request and yield what comes. Leaving the iterator early aborts the generation.

        `seconds` bounds the whole (BudgetExceeded carries the text so far); `timeout` the silence before each piece.
        Raises ChatError.
        """
        inbox: queue.SimpleQueue[Piece | ChatError | None] = queue.SimpleQueue()
        task = _submit(self._pump(body, seconds, inbox))
        try:
            while (got := _take(inbox, task)) is not None:
                if isinstance(got, ChatError):
                    raise got
                yield got
        finally:
            task.cancel()

    async def _pump(self, body: dict[str, Any], seconds: float | None, inbox: "queue.SimpleQueue[Any]") -> None:
        """Put the pieces into the inbox, then None or the error."""
        deadline = None if seconds is None else time.monotonic() + seconds
        text, finish, events = "", "", 0
        try:
            stream = await self._within(self._open(body), deadline)
            async with stream:
                events_left = aiter(stream)
                while (chunk := await self._within(anext(events_left, None), deadline)) is not None:
                    piece = _piece(chunk)
                    text, finish, events = text + piece.text, finish or piece.finish, events + 1
                    inbox.put(piece)
            inbox.put(self._incomplete(events) if not finish else None)
        except _OutOfTime:
            inbox.put(BudgetExceeded(f"The answer took longer than the {seconds:.3g} s granted.", partial=text))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever the library raises becomes one of our types
            inbox.put(self._translated(error, started=events > 0))

    async def _open(self, body: dict[str, Any]) -> Any:
        """Return the library's stream, making the client on first use, within its event loop."""
        import openai

        if self._client is None or self._process != os.getpid():
            # A proxy from the environment must not see what goes to our own machine.
            loopback = urlsplit(self.base_url).hostname in ("127.0.0.1", "localhost", "::1")
            self._client = openai.AsyncOpenAI(
                base_url=self.base_url, api_key=self.key or "none", max_retries=0, timeout=None,
                http_client=openai.DefaultAsyncHttpxClient(trust_env=False) if loopback else None,
            )  # fmt: skip
            self._process = os.getpid()
        return await self._client.chat.completions.create(**body)

    async def _within(self, step: Any, deadline: float | None) -> Any:
        """Wait for one step of the stream, at most until the deadline and at most as long as silence is borne."""
        left = self.timeout if deadline is None else min(self.timeout, deadline - time.monotonic())
        try:
            async with asyncio.timeout(left):
                return await step
        except TimeoutError:
            if deadline is not None and time.monotonic() >= deadline:
                raise _OutOfTime from None
            raise

    def _incomplete(self, events: int) -> ChatError:
        if events == 0:
            return BadResponse(f"{self._name} answered with nothing that is a completion. Is it OpenAI-compatible?")
        return BadResponse(f"The answer of {self._name} breaks off: it says nowhere why it ended.")

    def _translated(self, error: Exception, started: bool) -> ChatError:
        """Return our error for what the client library raised."""
        import openai

        if isinstance(error, ChatError):
            return error
        if isinstance(error, TimeoutError):
            return EndpointUnreachable(f"{self._name} said nothing for {self.timeout:g} s. Is it overloaded?")
        if isinstance(error, openai.APIStatusError):
            return self._status_error(error.status_code, self._masked(_said(error)), error.body)
        if isinstance(error, openai.APIConnectionError):
            what = "broke the connection" if started else "can't be reached"
            return EndpointUnreachable(f"{self._name} {what}: {self._reason(error)}.", retry=True)
        if isinstance(error, OSError) or type(error).__module__.startswith("httpx"):
            return EndpointUnreachable(f"{self._name} broke the connection: {self._reason(error)}.", retry=True)
        if isinstance(error, openai.APIError):  # an error in the midst of the stream
            return self._status_error(0, self._masked(_said(error)), error.body)
        return BadResponse(f"{self._name} sent what is not a completion ({self._reason(error)}).")

    def _status_error(self, status: int, said: str, body: object) -> ChatError:
        details = body if isinstance(body, dict) else {}
        kind = f"{details.get('type')} {details.get('code')}"
        if "exceed_context" in kind or "context_length" in kind:
            needed, available = _context_numbers(details, said)
            message = f"The request has {needed or 'more'} tokens, the model reads {available or 'fewer'}: shorten it."
            return ContextExceeded(message, needed=needed, available=available)
        if status in (401, 403):
            return AuthenticationFailed(f"{self._name} refuses the key ({status}): set GROUNDWORK_API_KEY. {said}")
        if status == 404:
            return ModelUnavailable(f"{self._name} has no such model or path (404): check GROUNDWORK_MODEL. {said}")
        if status == 429:
            return EndpointUnreachable(f"{self._name} takes no more requests for now (429). {said}")
        if status >= 500 or status == 0:
            return BadResponse(f"{self._name} failed ({status or 'in mid-answer'}). {said}", retry=status >= 500)
        return ChatError(f"{self._name} refused the request ({status}). {said}")

    @property
    def _name(self) -> str:
        """The address without credentials or query."""
        parts = urlsplit(self.base_url)
        return f"The endpoint {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def _reason(self, error: BaseException) -> str:
        cause = error.__cause__ or error
        return self._masked(f"{type(cause).__name__}: {cause}".strip(": "))

    def _masked(self, text: str) -> str:
        """Take the key out of what an endpoint said, shorten it and put it on one line."""
        if len(self.key) >= 4:  # a shorter one is a placeholder and part of ordinary words
            text = text.replace(self.key, "***")
        return re.sub(r"\s+", " ", text).strip()[:300]


class _OutOfTime(Exception):  # noqa: N818 -- never leaves this module
    """The budget of seconds is used up."""


_loops: dict[int, asyncio.AbstractEventLoop] = {}
_starting = threading.Lock()


def _submit(work: Any) -> "Future[None]":
    """Run a coroutine in this process's background loop (a forked child gets its own)."""
    with _starting:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="groundwork-chat", daemon=True).start()
    return asyncio.run_coroutine_threadsafe(work, loop)


def _take(inbox: "queue.SimpleQueue[Any]", task: "Future[None]") -> Any:
    """Wait for the next piece, waking now and then: on Windows, Ctrl-C does not interrupt an endless wait."""
    while True:
        try:
            return inbox.get(timeout=0.5)
        except queue.Empty:
            if task.done() and inbox.empty():
                return ChatError("The request was cancelled.")


def _piece(chunk: Any) -> Piece:
    """Read an event of the stream. The library does not validate it, so anything may be missing or of another type."""
    try:
        usage = (int(chunk.usage.prompt_tokens), int(chunk.usage.completion_tokens)) if chunk.usage else None
        if not chunk.choices:
            return Piece(usage=usage)
        choice = chunk.choices[0]
        text = choice.delta.content or ""
        found = (choice.logprobs.content or []) if choice.logprobs else []
        tokens = tuple(Token(t.token, float(t.logprob), _top(t.top_logprobs)) for t in found)
        if not isinstance(text, str):
            raise TypeError("content is not text")
        return Piece(text, tokens, str(choice.finish_reason or ""), usage)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
        raise BadResponse(f"The endpoint sent what is not a completion ({type(error).__name__}).") from None


def _top(entries: Any) -> dict[str, float]:
    """Return token -> log-probability, the larger where two tokens read the same."""
    top: dict[str, float] = {}
    for entry in entries or []:
        top[entry.token] = max(float(entry.logprob), top.get(entry.token, float("-inf")))
    return top


def _said(error: Any) -> str:
    """Return what the endpoint said, from JSON, from a page of HTML or from nothing."""
    body = error.body
    text = body.get("message") if isinstance(body, dict) else body
    return "It says: " + re.sub(r"<[^>]*>", " ", str(text or error.message or "nothing"))


def _context_numbers(details: dict[str, Any], said: str) -> tuple[int, int]:
    """Return (needed, available): from llama.cpp's fields, else the larger and smaller number of the sentence."""
    if "n_prompt_tokens" in details and "n_ctx" in details:
        return int(details["n_prompt_tokens"]), int(details["n_ctx"])
    numbers = sorted({int(number) for number in re.findall(r"\d{3,}", said)})
    return (numbers[-1], numbers[0]) if len(numbers) > 1 else (0, 0)
