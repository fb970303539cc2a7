"""Facts and a template -> a document whose evidence is known to the character.

A template is Markdown with a YAML head. A sentence that states facts stands in a marker:

    [[returns.tents_days| Tents may be sent back within {{ returns.tents_days }} days of delivery.]]

Markers become two private-use characters, travel through whatever turns the text into Markdown, HTML or PDF, and are
taken out at the very end, where their positions are the evidence spans. So no format needs a span logic of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml
from pydantic import BaseModel, ConfigDict

from groundwork.errors import GroundworkError
from groundwork.shop.facts import INFO, Facts

OPEN, CLOSE = "\ue000", "\ue001"
MARKER = re.compile(r"\[\[([a-z0-9_., ]+)\|\s*(.*?)\s*\]\]", re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\(doc:([a-z0-9-]+)\)")


class TemplateError(GroundworkError):
    """A template that cannot be rendered; names the file and, where known, the line."""


class Head(BaseModel):
    """A template's front matter. `effective_from` and `effective_until` name a date fact or are ISO dates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    kind: str
    audience: str = "public"
    region: str = "all"
    effective_from: str = "dates.returns"
    effective_until: str | None = None
    version: str = "1.0"
    supersedes: str | None = None
    format: str = "md"
    topic: str


@dataclass(frozen=True)
class Span:
    """Evidence for `facts` at text[start:end]."""

    facts: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Rendered:
    """A template filled in: Markdown that still carries the two mark characters, and each mark's facts in order."""

    head: Head
    marked: str
    facts: tuple[tuple[str, ...], ...]


class Section:
    """A section's facts as documents print them: `{{ returns.label_fee }}` -> `$6.50`."""

    def __init__(self, facts: Facts, prefix: str) -> None:
        self._facts, self._prefix = facts, prefix

    def __getattr__(self, name: str) -> str:
        path = f"{self._prefix}.{name}"
        try:
            return self._facts.shown(path)
        except KeyError:
            raise TemplateError(f"unknown fact {path!r}") from None


class Past:
    """The same sections before the last change: `{{ past.returns.label_fee }}`."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Section:
        return Section(self._facts, f"past.{name}")


def context(facts: Facts) -> dict[str, Any]:
    """What a template can name: every section, and `past`."""
    names = {path.split(".")[0] for path in INFO}
    return {name: Section(facts, name) for name in names} | {"past": Past(facts)}


def parse(path: Path) -> tuple[Head, str, int]:
    """A template file as (head, body, line on which the body begins)."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        raise TemplateError(f"{path}: does not begin with a head between two lines of ---")
    try:
        head = Head.model_validate(yaml.safe_load(match[1]))
    except (ValueError, yaml.YAMLError, AttributeError) as error:
        raise TemplateError(f"{path}: the head is not valid: {error}") from None
    return head, text[match.end() :], match[0].count("\n") + 1


def fill(path: Path, facts: Facts, extra: Mapping[str, Any] | None = None) -> Rendered:
    """Render a template file. Raises TemplateError, with file and line, for a fact that does not exist."""
    head, body, first = parse(path)
    check_markers(path, body, first)
    engine = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - Markdown
    try:
        text = engine.from_string(body).render(context(facts) | dict(extra or {}))
    except (jinja2.TemplateError, TemplateError) as error:
        raise TemplateError(f"{path}:{guilty_line(body, first, str(error))}: {error}") from None
    found: list[tuple[str, ...]] = []

    def mark(match: re.Match[str]) -> str:
        found.append(tuple(name.strip() for name in match[1].split(",")))
        return f"{OPEN}{' '.join(match[2].split())}{CLOSE}"

    return Rendered(head, MARKER.sub(mark, text), tuple(found))


def check_markers(path: Path, body: str, first: int) -> None:
    """Every marker names facts that exist and that its sentence prints, and no fact is printed outside one."""
    for match in MARKER.finditer(body):
        line = first + body[: match.start()].count("\n")
        for name in match[1].split(","):
            if name.strip().removeprefix("past.") not in INFO and not name.strip().startswith("product."):
                raise TemplateError(f"{path}:{line}: unknown fact {name.strip()!r} in a marker")
            if "{{ " + name.strip() + " }}" not in match[2] and not name.strip().startswith("product."):
                raise TemplateError(f"{path}:{line}: the marker names {name.strip()!r}, its sentence does not print it")
    bare = MARKER.sub(lambda m: "\n" * m[0].count("\n"), body)
    for match in re.finditer(r"\{\{ *(past\.)?([a-z_]+\.[a-z_]+)", bare):
        line = first + bare[: match.start()].count("\n")
        if match[2] in INFO:
            raise TemplateError(f"{path}:{line}: {match[2]!r} is printed outside a marker, so it would be no evidence")


def guilty_line(body: str, first: int, message: str) -> int:
    """The line on which the name that an error message quotes stands; the body's first line if it is not found."""
    quoted = re.search(r"'([^']+)'", message)
    place = body.find(quoted[1]) if quoted else -1
    return first + (body[:place].count("\n") if place >= 0 else 0)


def unmark(text: str, facts: tuple[tuple[str, ...], ...]) -> tuple[str, list[Span]]:
    """Take the mark characters out; what stood between the n-th pair is evidence for the n-th tuple of facts."""
    plain: list[str] = []
    spans: list[Span] = []
    position = start = 0
    for piece in re.split(f"([{OPEN}{CLOSE}])", text):
        if piece == OPEN:
            start = position
        elif piece == CLOSE:
            spans.append(Span(facts[len(spans)], start, position))
        else:
            plain.append(piece)
            position += len(piece)
    if len(spans) != len(facts):
        raise TemplateError(f"{len(facts)} markers went in and {len(spans)} came out")
    return "".join(plain), spans
