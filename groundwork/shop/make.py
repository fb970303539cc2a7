"""`build(seed, out)`: a whole world as a folder, written beside its place and moved there: whole or absent."""

import gzip
import hashlib
import io
import json
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel

from groundwork.errors import GroundworkError
from groundwork.shop import attacks, behaviour, catalogue, orders, product_pages, questions, tickets
from groundwork.shop.canaries import canary
from groundwork.shop.facts import INFO, Facts
from groundwork.shop.pages import Page, finish, plain
from groundwork.shop.records import Evidence
from groundwork.shop.render import Head, fill, parse

TEMPLATES = Path(__file__).parent / "templates"
VERSION = 1  # raise it whenever a seed's world becomes another one
Say = Callable[[str], None]


class BuildError(GroundworkError):
    """A world that cannot be written where it was asked for."""

    exit_code = 2


def related(head: Head, heads: list[Head]) -> list[tuple[str, str]]:
    """Up to five other help articles of the same topic, for the side bar."""
    same = [(other.id, other.title) for other in heads if other.topic == head.topic and other.kind == "help"]
    return [item for item in same if item[0] != head.id][:5]


def written_pages(facts: Facts, pdfs: bool = True) -> list[Page]:
    """The hand-written documents of a world. Raises TemplateError, with file and line, for one that is wrong."""
    paths = sorted(TEMPLATES.glob("*/*.md"))
    heads = [parse(path)[0] for path in paths]
    pages = []
    for path, head in zip(paths, heads, strict=True):
        if pdfs or head.format != "pdf":
            extra = {"canary": canary(facts.seed, head.id)} if head.audience == "staff" else {}
            pages.append(finish(fill(path, facts, extra), facts, related(head, heads)))
    return pages


def evidence_of(pages: Iterable[Page]) -> tuple[Evidence, ...]:
    """Every marked sentence of every page with its exact place."""
    found = []
    for page in pages:
        text = plain(page.path, page.content) if page.spans else ""
        for span in page.spans:
            quote = text[span.start : span.end]
            found.append(
                Evidence(document=page.meta["id"], facts=span.facts, start=span.start, end=span.end, quote=quote)
            )
    return tuple(found)


def build(seed: int, out: Path, *, force: bool = False, pdfs: bool = True, say: Say | None = None) -> Path:
    """Write the world of a seed to the folder `out`: documents, records, database, and a manifest of hashes.

    `pdfs=False` leaves the PDFs out (and the questions that only they answer), for quick runs. Raises TypeError for a
    seed that is no whole number and BuildError if `out` is not empty (unless `force`) or cannot be written.
    """
    facts = Facts.draw(seed)
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file, not a folder; choose another --out.")
    if out.exists() and any(out.iterdir()) and not force:
        raise BuildError(f"{out} is not empty. Choose another --out, or replace it with --force.")
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir(parents=True)
        write_world(facts, part, pdfs, say or (lambda text: None))
        replace_folder(part, out)
    except OSError as error:
        raise BuildError(f"{out} cannot be written: {error}. Nothing was changed there.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return out


def replace_folder(part: Path, out: Path) -> None:
    """Move a finished folder into place, and the old one, where there is one, out of the way first."""
    old = out.with_name(f"{part.name}.old")
    if out.exists():
        out.rename(old)
    try:
        part.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_world(facts: Facts, folder: Path, pdfs: bool, say: Say) -> None:
    """Everything, in the order in which one thing needs the other."""
    manifest: dict[str, str] = {}

    def keep(name: str, content: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        manifest[name] = hashlib.sha256(content).hexdigest()

    say("Writing the documents …")
    products = catalogue.draw(facts)
    pages = [*written_pages(facts, pdfs), *product_pages.pages(products, facts)]
    for page in pages:
        keep(f"documents/{page.path}", page.content)
    rows = [page.meta | {"path": page.path, "sha256": manifest[f"documents/{page.path}"]} for page in pages]
    evidence = evidence_of(pages)
    keep("documents.jsonl", lines(rows))
    keep("evidence.jsonl", lines(evidence))
    keep("facts.json", facts_json(facts))
    keep("products.jsonl", lines(products))
    say("Drawing customers, orders, tickets, questions and attacks …")
    ledger = orders.make(facts, products)
    shop_questions = questions.make(facts, products, evidence, rows)
    keep("questions.jsonl", lines(shop_questions))
    keep("tickets.jsonl", lines(tickets.make(facts, products, ledger)))
    keep("attacks.jsonl", lines(attacks.make(facts, evidence, rows, ledger)))
    orders.write(ledger, folder / "shop.db")
    manifest["shop.db"] = hashlib.sha256(orders.dump(folder / "shop.db").encode()).hexdigest()
    for name, table in (
        ("interactions", behaviour.interactions(facts, products, ledger)),
        ("payments", behaviour.payments(facts, ledger)),
    ):
        manifest[f"{name}.csv.gz"] = hashlib.sha256(table.encode()).hexdigest()
        (folder / f"{name}.csv.gz").write_bytes(zipped(table))
    stamp = {"seed": facts.seed, "version": VERSION, "pdfs": pdfs, "files": dict(sorted(manifest.items()))}
    (folder / "MANIFEST.json").write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8", newline="\n")


def lines(rows: Iterable[BaseModel | dict[str, str]]) -> bytes:
    """Records as JSON Lines."""
    texts = (
        row.model_dump_json() if isinstance(row, BaseModel) else json.dumps(row, ensure_ascii=False) for row in rows
    )
    return "".join(text + "\n" for text in texts).encode()


def facts_json(facts: Facts) -> bytes:
    """Every fact with its meaning, unit, value as printed and, where it changed, the value before."""
    table = {
        path: {"meaning": info.meaning, "unit": info.unit, "value": facts.shown(path)}
        | ({"before": facts.shown(f"past.{path}")} if info.past else {})
        for path, info in INFO.items()
    }
    return (json.dumps({"seed": facts.seed, "facts": table}, ensure_ascii=False, indent=1) + "\n").encode()


def zipped(text: str) -> bytes:
    """Text compressed without a time stamp; its hash is taken before, since compressors differ between systems."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as stream:
        stream.write(text.encode())
    return buffer.getvalue()
