"""Keeping an index: saved in generations, opened by memory map, brought up to date with its folder.

A save writes a new folder beside the old one and then replaces one small file, `CURRENT`, that names it. A kill at any
moment leaves the old index or the new one; readers keep the files that they have open. Documents that did not change
are neither read nor embedded again.
"""

import datetime
import json
import secrets
import shutil
import time
import warnings
from dataclasses import asdict
from pathlib import Path

import numpy as np
from filelock import FileLock

from groundwork.errors import GroundworkError
from groundwork.files import write_text
from groundwork.search.chunks import Chunk, chunks
from groundwork.search.documents import Corpus, CorpusError, Document, Heading, Quarantined, files_below, load
from groundwork.search.index import Encoder, Floats, Index, Part
from groundwork.search.keyword import Keywords
from groundwork.search.rerank import Reranker

FORMAT = 1  # raise it whenever chunks, tokens or the files' layout change
KEEP_SECONDS = 3600  # how long an old generation is left to readers that are just opening it


class StoreError(GroundworkError):
    """A saved index that cannot be used; says why and what to do."""


def fingerprint(folder: Path) -> dict[str, list[int]]:
    """Every file below the folder with its size and time of change: equal fingerprints, nothing to do."""
    found = {}
    for path in files_below(folder):
        status = path.stat()
        found[path.relative_to(folder).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found


def open_index(folder: Path, store: Path, encoder: Encoder, reranker: Reranker | None = None) -> Index:
    """The index of a documents folder: the saved one if nothing changed, else a new generation made from it.

    Raises CorpusError if the folder is missing or holds nothing readable. A store that cannot be written (a full disk,
    a read-only folder) costs only the time to build again: the index is returned all the same.
    """
    saved = None
    try:
        saved = load_index(store, encoder, reranker)
    except StoreError as error:
        if (store / "CURRENT").exists():  # the first time there is nothing to tell
            warnings.warn(str(error), stacklevel=2)
    if not folder.is_dir():
        raise CorpusError(f"There is no documents folder {folder}. Make the shop with: python3 course.py shop")
    if saved and saved[1] == fingerprint(folder):
        return saved[0]
    prints = fingerprint(folder)
    index = Index.build(load(folder, progress=True), encoder, vectors_of(saved[0]) if saved else None, reranker)
    try:
        save_index(index, store, encoder, prints)
    except OSError as error:
        warnings.warn(
            f"The index could not be saved in {store} ({error}): the next start builds it again.", stacklevel=2
        )
    return index


def vectors_of(index: Index) -> dict[str, Floats]:
    """Every indexed text with its vector."""
    return {
        chunk.searchable: vector
        for part in index.parts.values()
        for chunk, vector in zip(part.chunks, part.vectors, strict=True)
    }


def save_index(index: Index, store: Path, encoder: Encoder, prints: dict[str, list[int]]) -> None:
    """Write a new generation and make it the current one. Raises OSError if the disk does not take it."""
    store.mkdir(parents=True, exist_ok=True)
    generation = store / f"{time.time_ns():020d}-{secrets.token_hex(3)}"
    with FileLock(store / "write.lock"):
        try:
            generation.mkdir()
            for audience, part in index.parts.items():
                np.save(generation / f"{audience}.npy", part.vectors, allow_pickle=False)
                part.keywords.save(generation / audience)
            documents = [as_json(document) for document in index.corpus.documents]
            manifest = {
                "format": FORMAT,
                "encoder": encoder.id,
                "files": prints,
                "documents": documents,
                "quarantined": [asdict(item) for item in index.corpus.quarantined],
            }
            write_text(generation / "manifest.json", json.dumps(manifest, ensure_ascii=False))
            write_text(store / "CURRENT", generation.name)
        except BaseException:
            shutil.rmtree(generation, ignore_errors=True)
            raise
        sweep(store, generation.name)


def sweep(store: Path, current: str) -> None:
    """Remove generations that are neither current nor recent, what a killed save left behind among them."""
    for path in store.iterdir():
        if path.is_dir() and path.name != current and time.time() - int(path.name[:20]) / 1e9 > KEEP_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def load_index(store: Path, encoder: Encoder, reranker: Reranker | None = None) -> tuple[Index, dict[str, list[int]]]:
    """The current generation and the fingerprint that it was made from.

    Raises StoreError if there is none, if it is damaged, or if another model or version made it.
    """
    try:
        generation = store / (store / "CURRENT").read_text(encoding="utf-8").strip()
        manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
        if (manifest["format"], manifest["encoder"]) != (FORMAT, encoder.id):
            raise StoreError(
                f"The index in {store} was made by version {manifest['format']} with {manifest['encoder']}, "
                f"not by version {FORMAT} with {encoder.id}; it will be built anew."
            )
        documents = [from_json(row) for row in manifest["documents"]]
        quarantined = [Quarantined(**row) for row in manifest["quarantined"]]
        pieces: dict[str, list[Chunk]] = {}
        for document in documents:
            pieces.setdefault(document.audience, []).extend(chunks(document))
        parts = {}
        for audience, items in pieces.items():
            vectors = np.load(generation / f"{audience}.npy", mmap_mode="r", allow_pickle=False)
            if len(vectors) != len(items):
                raise ValueError(f"{len(items)} chunks and {len(vectors)} vectors of {audience}")
            parts[audience] = Part(items, vectors, Keywords.load(generation / audience, len(items)), encoder)
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise StoreError(f"The index in {store} cannot be used ({error}); it will be built anew.") from None
    return Index(Corpus(documents, quarantined), encoder, parts, reranker), manifest["files"]


def as_json(document: Document) -> dict[str, object]:
    """A document as plain values."""
    row = asdict(document)
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in row.items()}


def from_json(row: dict[str, object]) -> Document:
    """The document that `as_json` wrote. Raises KeyError or ValueError for anything else."""
    values = dict(row)
    for name in ("effective_from", "effective_until"):
        values[name] = values[name] and datetime.date.fromisoformat(str(values[name]))
    values["headings"] = tuple(Heading(**item) for item in values["headings"])  # type: ignore[attr-defined]
    return Document(**values)  # type: ignore[arg-type]
