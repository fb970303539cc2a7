"""Limits of one question: seconds, and how often and how much the chat model may be asked.

A part that hangs cannot be stopped in Python, so each question runs in a thread of its own that is left behind when
its time is up. Threads that still hang are counted: where several do, questions are handed over without waiting.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from groundwork.assistant.answer import Judge
from groundwork.assistant.wording import Writer
from groundwork.errors import GroundworkError

T = TypeVar("T")
LETTERS_A_TOKEN = 3  # English has about four; counted low, so that the limit holds


class BudgetError(GroundworkError):
    """A question that took too long, or asked too much of the model."""


@dataclass(frozen=True)
class Budget:
    """What one question may take: seconds in all, calls to the chat model, tokens that it reads."""

    seconds: float = 45.0  # a question takes four on a quiet machine; an old one that is busy may need ten times that
    calls: int = 6
    tokens: int = 4_000
    hanging: int = 4  # abandoned questions that may still run before new ones are handed over at once


@dataclass
class Spent:
    """What a question has taken of the model."""

    calls: int = 0
    tokens: int = 0


class Limits:
    """Runs questions under a budget. Threads share one."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._here = threading.local()
        self._left_behind: list[threading.Thread] = []
        self._lock = threading.Lock()

    def run(self, call: Callable[[], T]) -> T:
        """The call's result, or what it raised; BudgetError when its seconds are up.

        A call that ends its thread (`sys.exit()` in a part) does not end the program: it raises RuntimeError.
        """
        with self._lock:
            self._left_behind = [thread for thread in self._left_behind if thread.is_alive()]
            if len(self._left_behind) >= self.budget.hanging:
                raise BudgetError(f"{len(self._left_behind)} earlier questions still hang; the model needs a restart.")
        got: list[tuple[bool, Any]] = []

        def work() -> None:
            self._here.spent = Spent()
            try:
                got.append((True, call()))
            except BaseException as error:  # noqa: BLE001 - told to the thread that waits
                got.append((False, error))

        thread = threading.Thread(target=work, name="question", daemon=True)
        thread.start()
        thread.join(self.budget.seconds)
        if not got:
            with self._lock:
                self._left_behind.append(thread)
            raise BudgetError(f"It took longer than {self.budget.seconds:g} seconds.")
        fine, value = got[0]
        if fine:
            result: T = value
            return result
        if not isinstance(value, Exception):
            raise RuntimeError(f"a part ended itself with {type(value).__name__}") from value
        raise value

    def spend(self, messages: Sequence[dict[str, str]], written: int = 0) -> None:
        """Count one call to the model, of these messages and of so many tokens to write. Raises BudgetError."""
        spent, budget = self.spent, self.budget
        tokens = written + sum(len(message["content"]) for message in messages) // LETTERS_A_TOKEN
        if spent.calls + 1 > budget.calls or spent.tokens + tokens > budget.tokens:
            raise BudgetError(
                f"The question asks more of the model than {budget.calls} calls of {budget.tokens} tokens."
            )
        spent.calls, spent.tokens = spent.calls + 1, spent.tokens + tokens

    @property
    def spent(self) -> Spent:
        """What the question that this thread runs has taken."""
        found: Spent = getattr(self._here, "spent", None) or Spent()
        return found


class Metered:
    """A chat model under a question's limits: counts what it is asked, and refuses more than the budget grants."""

    def __init__(self, judge: Judge, limits: Limits) -> None:
        self._judge, self._limits = judge, limits

    def choice_probabilities(self, messages: list[dict[str, str]], choices: Sequence[str]) -> dict[str, float]:
        """Pass the question on. Raises BudgetError if it is one too many or too long."""
        self._limits.spend(messages)
        return self._judge.choice_probabilities(messages, list(choices))


class MeteredWriter:
    """A chat model that writes, under a question's limits; what it may write counts as well as what it reads."""

    def __init__(self, writer: Writer, limits: Limits) -> None:
        self._writer, self._limits = writer, limits

    @property
    def local(self) -> bool:
        """Whether it understands grammars."""
        return self._writer.local

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, grammar: str | None) -> object:
        """Pass the question on. Raises BudgetError if it is one too many or too long."""
        self._limits.spend(messages, max_tokens)
        return self._writer.complete(messages, max_tokens=max_tokens, grammar=grammar)
