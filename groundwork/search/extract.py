"""A file's bytes -> blocks of plain text under headings, without navigation, banners and other boiler-plate.

Markdown becomes HTML first and PDF comes as lines, so there are two roads and one result: a list of blocks. What is
left out on purpose: tables become one line a row, images their alternative text, scripts and forms nothing.
"""

import io
import logging
import re
import warnings
from dataclasses import dataclass
from itertools import pairwise

import yaml
from bs4 import BeautifulSoup, Comment, Tag, XMLParsedAsHTMLWarning
from markdown_it import MarkdownIt
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from groundwork.errors import GroundworkError

BOILERPLATE = ["script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "svg"]
NOISE = re.compile(r"\b(nav|menu|breadcrumbs?|sidebar|cookie|banner|footer|header|share|related|feedback|newsletter)\b")
BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "tr", "blockquote", "pre", "dt", "dd", "td", "th", "div"]


class UnreadableError(GroundworkError):
    """A file that cannot be turned into text; the message is the reason it goes into quarantine."""


@dataclass(frozen=True)
class Block:
    """A paragraph, list item or table row; `level` is 1 to 6 for a heading and 0 for text."""

    text: str
    level: int = 0


def decode(content: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises UnreadableError with the place of the first bad byte."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not UTF-8: byte {content[error.start]:#04x} at position {error.start}") from None
    if "\x00" in text:
        raise UnreadableError("binary: it holds NUL bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def from_markdown(content: bytes) -> tuple[dict[str, object], list[Block]]:
    """Front matter and blocks of a Markdown file."""
    text, head = decode(content), {}
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if match:
        try:
            head = yaml.safe_load(match[1])
        except yaml.YAMLError as error:
            raise UnreadableError(f"its front matter is no valid YAML: {error}") from None
        if not isinstance(head, dict):
            raise UnreadableError(f"its front matter is a {type(head).__name__}, not names and values")
        text = text[match.end() :]
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return {str(k): v for k, v in head.items()}, blocks_of(BeautifulSoup(html, "html.parser"))


def from_html(content: bytes) -> tuple[dict[str, object], list[Block]]:
    """Meta tags and blocks of an HTML page; the main part where the page marks one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(decode(content), "html.parser")
    head: dict[str, object] = {
        str(tag["name"]): str(tag["content"]) for tag in soup.find_all("meta") if tag.get("name") and tag.get("content")
    }
    if soup.title and "title" not in head:
        head["title"] = soup.title.get_text(" ", strip=True)
    for tag in soup.find_all(BOILERPLATE):
        tag.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(True):
        if not tag.decomposed and is_noise(tag):
            tag.decompose()
    main = soup.find("main") or soup.find("article") or soup.body or soup
    return head, blocks_of(main)


def is_noise(tag: Tag) -> bool:
    """Whether a tag's role, class or id says that it is furniture of the page; `main` and `body` never are."""
    if tag.name in ("main", "article", "body", "html"):
        return False
    names = [str(tag.get("role", "")), str(tag.get("id", "")), *map(str, tag.get("class") or [])]
    return bool(NOISE.search(" ".join(names).replace("_", " ").replace("-", " ").lower()))


def blocks_of(root: Tag) -> list[Block]:
    """The innermost block tags in reading order, white space folded; bare text of a mixed container is kept too."""
    blocks: list[Block] = []
    pending: list[str] = []

    def flush(level: int = 0) -> None:
        text = " ".join("".join(pending).split())
        pending.clear()
        if text:
            blocks.append(Block(text, level))

    def walk(tag: Tag) -> None:
        for child in tag.children:
            if not isinstance(child, Tag):
                pending.append(str(child))
            elif child.name == "img":
                pending.append(str(child.get("alt", "")))
            elif child.name == "br":
                pending.append(" ")
            elif child.name == "tr":
                flush()
                cells = [" ".join(cell.get_text(" ").split()) for cell in child.find_all(["td", "th"])]
                pending.append(" | ".join(filter(None, cells)))
                flush()
            elif child.name in BLOCKS or child.find(BLOCKS):
                flush()
                walk(child)
                flush(heading_level(child))
            else:
                walk(child)

    walk(root)
    flush()
    return blocks


@dataclass(frozen=True)
class Line:
    """A printed line of a PDF: its text, its height on the page in points, and whether it is set in bold."""

    text: str
    y: float
    bold: bool


def heading_level(tag: Tag) -> int:
    """1 to 6 for a heading, 4 for a paragraph that is bold from end to end and so serves as one, else 0."""
    if re.fullmatch("h[1-6]", tag.name):
        return int(tag.name[1])
    bold = tag.find(["strong", "b"]) if tag.name == "p" else None
    return 4 if bold and bold.get_text(strip=True) == tag.get_text(strip=True) else 0


def from_pdf(content: bytes) -> tuple[dict[str, object], list[Block]]:
    """Document information and paragraphs of a PDF. Bold lines are headings, a wider gap ends a paragraph."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a broken file is reported once, as a quarantine reason
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise UnreadableError("an encrypted PDF")
        pages = [printed_lines(page) for page in reader.pages]
        info = {key.lstrip("/").lower(): str(value) for key, value in (reader.metadata or {}).items()}
    except UnreadableError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise UnreadableError(f"a corrupt PDF: {error}") from None
    pairs = [pair.partition("=") for pair in info.pop("keywords", "").split("; ")]
    head: dict[str, object] = {name: value for name, _, value in pairs if value}
    kept = strip_furniture(pages, info.get("author", ""))
    return {**info, **head}, [block for page in kept for block in paragraphs(page)]


def printed_lines(page: PageObject) -> list[Line]:
    """The lines of a page in the order in which they were drawn."""
    lines: list[Line] = []

    def visit(text: str, cm: list[float], tm: list[float], font: dict[str, object] | None, size: float) -> None:
        if text.strip():
            bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
            lines.append(Line(" ".join(text.split()), tm[5] + cm[5], bold))

    page.extract_text(visitor_text=visit)
    return lines


def strip_furniture(pages: list[list[Line]], author: str) -> list[list[Line]]:
    """Drop running heads and feet: the author's name, "page 3", edge lines that recur on every page but for digits."""

    def shape(line: Line) -> str:
        return re.sub(r"\d+", "#", line.text)

    def furniture(line: Line) -> bool:
        return line.text == author or bool(re.search(r"\bpage \d+( of \d+)?$", line.text, re.IGNORECASE))

    pages = [[line for line in page if not furniture(line)] for page in pages]
    for edge in (0, -1):
        if len(pages) > 1 and all(pages) and len({shape(page[edge]) for page in pages}) == 1:
            pages = [page[1:] if edge == 0 else page[:-1] for page in pages]
    return pages


def paragraphs(lines: list[Line]) -> list[Block]:
    """Join wrapped lines: a gap wider than the usual one, a change of weight or a bullet begins a new block."""
    gaps = sorted(a.y - b.y for a, b in pairwise(lines) if a.y > b.y)
    usual = gaps[len(gaps) // 4] if gaps else 0.0
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        joined = last and last.bold == line.bold and 0 <= last.y - line.y <= 1.2 * usual and line.text[0] != "•"
        groups[-1].append(line) if joined else groups.append([line])
    texts = [" ".join(line.text for line in group).removeprefix("• ") for group in groups]
    levels = [(1 if number == 0 else 2) if group[0].bold else 0 for number, group in enumerate(groups)]
    return [Block(text, level) for text, level in zip(texts, levels, strict=True)]
