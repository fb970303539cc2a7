"""Rendered templates -> files: Markdown, pages of a help-center export, PDFs; each with its evidence spans.

Spans are positions in a document's *plain source*: the file's text for Markdown and HTML, and for a PDF the text of
its pages with white space folded (`plain`), which is all that a PDF promises.
"""

import datetime
import io
import posixpath
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import yaml
from markdown_it import MarkdownIt
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from groundwork.shop.facts import Facts
from groundwork.shop.render import CLOSE, LINK, OPEN, Head, Rendered, Span, parse, unmark

TEMPLATES = Path(__file__).parent / "templates"
SHELL = TEMPLATES / "help-center.html"
SIZE, LEADING, LEFT, TOP, BOTTOM, WIDTH = 10.5, 15.0, 64.0, 770.0, 64.0, 467.0  # points on A4


@dataclass(frozen=True)
class Page:
    """A finished document file: its metadata, bytes and evidence."""

    meta: dict[str, str]
    path: str
    content: bytes
    spans: list[Span]


def metadata(head: Head, facts: Facts) -> dict[str, str]:
    """A head with its dates resolved to ISO dates; the last day of an old rule is the day before the new one begins."""
    rows = {name: str(value) for name, value in head.model_dump().items() if value is not None and name != "format"}
    for name in ("effective_from", "effective_until"):
        if rows.get(name, "").startswith("dates."):
            date = datetime.date.fromisoformat(str(facts.value(rows[name])))
            rows[name] = str(date - datetime.timedelta(days=name == "effective_until"))
    return rows


def finish(rendered: Rendered, facts: Facts, related: list[tuple[str, str]]) -> Page:
    """Make a template's file in the format that its head asks for; `related` are (id, title) of similar articles."""
    head = rendered.head
    meta = metadata(head, facts)
    path = path_of(head)
    if head.format == "pdf":
        content, spans = pdf(meta, rendered)
        return Page(meta, path, content, spans)
    text = help_center(meta, rendered, related) if head.format == "html" else markdown(meta, rendered, path)
    text, spans = unmark(text, rendered.facts)
    return Page(meta, path, text.encode(), spans)


def path_of(head: Head) -> str:
    """Where a document's file lies below the documents folder."""
    folder = {"policy": "policies", "superseded": "policies/archive", "annex": "regions"}.get(head.kind, head.kind)
    return f"{folder}/{head.id}.{head.format}"


@cache
def written_path(identifier: str) -> str:
    """Where the file of a hand-written document lies; products have no template of their own."""
    found = next(TEMPLATES.glob(f"*/{identifier}.md"), None)
    return path_of(parse(found)[0]) if found else f"product/{identifier}.md"


def markdown(meta: dict[str, str], rendered: Rendered, path: str) -> str:
    """Front matter, title, body; links between documents become relative paths."""
    front = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=10_000)
    here = posixpath.dirname(path)
    body = LINK.sub(lambda m: f"[{m[1]}]({posixpath.relpath(written_path(m[2]), here)})", rendered.marked.strip())
    return f"---\n{front}---\n\n# {meta['title']}\n\n{body}\n"


def help_center(meta: dict[str, str], rendered: Rendered, related: list[tuple[str, str]]) -> str:
    """The article inside the page that the help center wraps around everything: navigation, banner, forms, footer."""
    body = MarkdownIt("commonmark").enable("table").render(LINK.sub(r"[\1](/help/\2.html)", rendered.marked.strip()))
    engine = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    shell = engine.from_string(SHELL.read_text(encoding="utf-8"))
    return shell.render(meta=meta, body=body, related=related, topic=meta["topic"].replace("-", " ").title()) + "\n"


def blocks(rendered: Rendered, title: str) -> list[tuple[str, bool]]:
    """Body paragraphs as (text with marks, is a heading), from the same Markdown as the other formats."""
    tokens = MarkdownIt("commonmark").parse(LINK.sub(r"\1", rendered.marked.strip()))
    result: list[tuple[str, bool]] = [(title, True)]
    heading = bullet = False
    for token in tokens:
        heading = token.type == "heading_open" or (heading and token.type != "heading_close")
        bullet = token.type == "list_item_open" or (bullet and token.type == "paragraph_open")
        if token.type == "inline":
            text = "".join(child.content if child.type != "softbreak" else " " for child in token.children or [])
            result.append((("• " if bullet else "") + text, heading))
            bullet = False
    return result


def wrap(text: str, font: str) -> list[str]:
    """Greedy line breaks at the page's width; mark characters weigh nothing."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer.replace(OPEN, "").replace(CLOSE, ""), font, SIZE) > WIDTH:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


class Sheets:
    """Lines onto numbered pages; remembers what was said in the order in which a reader of the PDF meets it."""

    def __init__(self, canvas: Canvas, foot: str) -> None:
        self._canvas, self._foot = canvas, foot
        self._number, self._y = 0, 0.0
        self.said: list[str] = []

    def write(self, text: str, font: str) -> None:
        """Write a paragraph, on a new page if it does not fit on this one, so that no sentence spans two."""
        lines = wrap(text, font)
        if self._y - LEADING * len(lines) < BOTTOM:
            self._turn()
        for line in lines:
            self._draw(line, self._y, font)
            self._y -= LEADING
        self._y -= LEADING / 2

    def close(self) -> None:
        """Write the last foot."""
        self._draw(f"{self._foot} · page {self._number}", 40.0, "Helvetica-Oblique")

    def _turn(self) -> None:
        if self._number:
            self.close()
            self._canvas.showPage()
        self._number, self._y = self._number + 1, TOP
        self._draw("Alder & Wren", 806.0, "Helvetica-Oblique")

    def _draw(self, line: str, height: float, font: str) -> None:
        self._canvas.setFont(font, SIZE)
        self._canvas.drawString(LEFT, height, line.replace(OPEN, "").replace(CLOSE, ""))
        self.said.append(line)


def pdf(meta: dict[str, str], rendered: Rendered) -> tuple[bytes, list[Span]]:
    """A PDF of plain pages with a running head and foot; uncompressed, so that its bytes are the same everywhere."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595.0, 842.0), invariant=1, pageCompression=0)
    canvas.setTitle(meta["title"])
    canvas.setAuthor("Alder & Wren")
    canvas.setKeywords("; ".join(f"{name}={value}" for name, value in meta.items() if name != "title"))
    sheets = Sheets(canvas, f"{meta['id']} · version {meta['version']}")
    for text, heading in blocks(rendered, meta["title"]):
        sheets.write(text, "Helvetica-Bold" if heading else "Helvetica")
    sheets.close()
    canvas.save()
    _, spans = unmark(" ".join(sheets.said), rendered.facts)
    return buffer.getvalue(), spans


def plain(path: str, content: bytes) -> str:
    """A document's plain source, in which evidence spans are positions."""
    if not path.endswith(".pdf"):
        return content.decode("utf-8")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
