"""What can go wrong between us and a chat model, as types: each says what happened and what to do about it."""
# ruff: noqa: N818 -- named for what happened, as `except ContextExceeded` reads best

from groundwork.errors import GroundworkError


class ChatError(GroundworkError):
    """A chat request failed. `retry` says whether the same request may succeed if it is sent once more."""

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry


class ModelUnavailable(ChatError):
    """There is no such model, its weights can't be had, or the local server can't be started with it."""


class EndpointUnreachable(ChatError):
    """Nobody listens at the address, the connection broke, or nothing came for too long."""


class ServerDied(ChatError):
    """The local server ended in mid-answer; one new start was tried where that could help."""


class AuthenticationFailed(ChatError):
    """The endpoint does not accept the key. The message never holds the key."""


class BadResponse(ChatError):
    """What came back is not a completion: an error page, broken JSON, no choices, or JSON outside the schema."""


class ContextExceeded(ChatError):
    """The prompt has more tokens than the model can read: `needed` of `available` (0 where nobody says)."""

    def __init__(self, message: str, *, needed: int, available: int) -> None:
        super().__init__(message)
        self.needed, self.available = needed, available


class BudgetExceeded(ChatError):
    """The seconds or tokens that were granted ran out; the generation was aborted. `partial` is the text so far."""

    def __init__(self, message: str, *, partial: str) -> None:
        super().__init__(message)
        self.partial = partial
