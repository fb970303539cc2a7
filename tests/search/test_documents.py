"""Reading a folder: what comes in as text, and what is set aside with a reason."""

import datetime
import io
import os
import sys
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from groundwork.search import documents
from groundwork.search.documents import CorpusError, load


def by_id(folder: Path) -> dict[str, documents.Document]:
    return {document.id: document for document in load(folder).documents}


def reasons(folder: Path) -> dict[str, str]:
    return {item.path: item.reason for item in load(folder).quarantined}


def test_front_matter_becomes_metadata(folder: Path) -> None:
    returns = by_id(folder)["returns"]
    assert (returns.title, returns.audience, returns.region) == ("Returns policy", "public", "all")
    assert returns.effective_from == datetime.date(2026, 3, 1)
    assert returns.supersedes == "returns-old"


def test_markdown_is_plain_text_under_headings(folder: Path) -> None:
    returns = by_id(folder)["returns"]
    assert [heading.text for heading in returns.headings] == ["Returns policy", "Windows", "Costs"]
    assert "See Shipping for what it weighs." in returns.text
    for heading in returns.headings:
        assert returns.text[heading.start :].startswith(heading.text)


def test_html_keeps_the_article_and_drops_the_furniture(folder: Path) -> None:
    text = by_id(folder)["warranty"].text
    assert "Every tent carries a warranty of 5 years against faults." in text
    assert "Zips | 2" in text
    for furniture in ("cookies", "Home", "helpful", "track"):
        assert furniture not in text


def test_pdf_lines_are_joined_and_running_heads_dropped(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "rental.pdf"))
    for page in (1, 2):
        canvas.drawString(50, 800, "Rental terms of the shop, all rights reserved")
        canvas.drawString(50, 700, "A tent may be rented for no more than six weeks, as rule number")
        canvas.drawString(50, 680, f"{'one' if page == 1 else 'two'} says.")
        canvas.drawString(50, 40, f"page {page}")
        canvas.showPage()
    canvas.save()
    text = load(tmp_path).documents[0].text
    assert "no more than six weeks, as rule number one says." in text
    assert "all rights reserved" not in text
    assert "page" not in text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.md", b"", "0 bytes"),
        ("latin.md", "Rückgabe".encode("latin-1"), "not UTF-8: byte 0xfc at position 1"),
        ("binary.md", b"a\x00b", "NUL"),
        ("shell.html", b"<html><body><nav>Home</nav></body></html>", "no text"),
        ("broken.pdf", b"%PDF-1.7 nothing here", "corrupt PDF"),
        ("date.md", b"---\neffective_from: soon\n---\nText.", "'soon'"),
        ("head.md", b"---\n- a\n---\nText.", "front matter"),
        ("yaml.md", b"---\na: [\n---\nText.", "YAML"),
        ("again.md", b"---\nid: returns\n---\nText.", "already taken"),
    ],
)
def test_a_bad_file_is_set_aside_and_the_rest_is_read(folder: Path, name: str, content: bytes, reason: str) -> None:
    (folder / f"z-{name}").write_bytes(content)
    assert reason in reasons(folder)[f"z-{name}"]
    assert len(load(folder).documents) == 5


def test_a_50_mb_file_is_set_aside_unread(folder: Path) -> None:
    with (folder / "huge.md").open("wb") as stream:
        stream.truncate(50_000_000)
    assert "50,000,000 bytes" in reasons(folder)["huge.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_directory_loop_does_not_trap(folder: Path) -> None:
    os.symlink(folder, folder / "help" / "loop")
    assert len(load(folder).documents) == 5


def test_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no documents folder .*course\.py shop"):
        load(tmp_path / "nowhere")


def test_a_folder_without_documents_names_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"no document.*\n  a\.md: empty"):
        load(tmp_path)


def test_a_truncated_real_pdf_never_raises(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(50, 700, "A sentence that stands in a file.")
    canvas.save()
    whole = buffer.getvalue()
    for length in range(0, len(whole), 97):
        (tmp_path / f"{length:05d}.pdf").write_bytes(whole[:length])
    (tmp_path / "whole.pdf").write_bytes(whole)
    corpus = load(tmp_path)
    assert "whole" in {document.id for document in corpus.documents}
    assert len(corpus.documents) + len(corpus.quarantined) == len(range(0, len(whole), 97)) + 1
