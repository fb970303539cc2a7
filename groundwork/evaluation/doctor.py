"""`course.py doctor`: what is installed, cached and reachable, and how fast this machine is."""

import os
import platform
import shutil
import sys
import time
import urllib.error
import urllib.request
from importlib import metadata

import numpy as np
from rich.console import Console
from rich.table import Table

from groundwork.evaluation.rows import Row
from groundwork.models import server, weights
from groundwork.paths import BUILD, ROOT, SHOP_DOCUMENTS, cache_dir

PACKAGES = ("numpy", "onnxruntime", "faiss-cpu", "bm25s", "xllamacpp", "openai", "scikit-learn", "jupyterlab")


def installed() -> list[tuple[str, str]]:
    """Versions of Python and of the packages that matter most."""
    found = [("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")]
    for name in PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, "MISSING: run python3 course.py clean, then any command again"))
    return found


def cached() -> list[tuple[str, str]]:
    """Which models are here, where the cache lies, how much room is left, whether the shop is there."""
    found = [
        (name, "cached" if weights.cached(name) else f"not yet ({model.size / 1e6:,.0f} MB to fetch)")
        for name, model in weights.load_manifest().items()
    ]
    place = cache_dir()
    nearest = next(folder for folder in (place, *place.parents) if folder.exists())  # the rest is made when needed
    writable = os.access(nearest, os.W_OK)
    shop = sum(1 for path in SHOP_DOCUMENTS.rglob("*") if path.is_file())
    return [
        *found,
        ("cache", f"{place}{'' if writable else ' (NOT WRITABLE: set GROUNDWORK_CACHE)'}"),
        ("free disk", f"{shutil.disk_usage(ROOT).free / 1e9:.1f} GB"),
        ("the shop", f"{shop} documents" if shop else "MISSING: run python3 course.py shop"),
        ("saved indexes", str(len(list((BUILD / "index").glob("*/CURRENT"))))),
    ]


def reachable() -> list[tuple[str, str]]:
    """The chat endpoint: the local server or the one that the environment names. No key is ever shown."""
    base = os.environ.get("GROUNDWORK_BASE_URL")
    if not base:
        running = server.status()
        return [("chat", f"local server, {'running' if running else 'not running (started when needed)'}")]
    try:
        with urllib.request.urlopen(f"{base.rstrip('/')}/models", timeout=3) as answer:  # noqa: S310 - the user's own
            return [("chat", f"{base}: HTTP {answer.status}")]
    except urllib.error.HTTPError as error:
        return [("chat", f"{base}: there, HTTP {error.code}")]
    except (OSError, ValueError) as error:
        return [("chat", f"{base}: NOT REACHABLE ({error})")]


def speed() -> list[Row]:
    """A product of matrices and, where the embedding model is cached, texts a second: rough, for a feeling."""
    matrix = np.ones((1024, 1024), np.float32)
    begun = time.perf_counter()
    for _ in range(8):
        matrix @ matrix
    rate = 8 * 2 * 1024**3 / (time.perf_counter() - begun) / 1e9
    rows = [Row("matrix product, float32", round(rate, 1), "GFLOP/s"), Row("cores", os.cpu_count() or 1, "")]
    if weights.cached("all-MiniLM-L6-v2"):
        from groundwork.models.embed import Embedder

        texts = [
            f"Tents may be returned within {n} days of delivery, dry and with every peg in the bag." for n in range(64)
        ]
        embedder = Embedder(cache=False)
        embedder.encode(texts[:2])
        begun = time.perf_counter()
        embedder.encode(texts)
        rows.append(Row("embedding, 20-word texts", round(64 / (time.perf_counter() - begun)), "texts/s", n=64))
    return rows


def examine(console: Console) -> list[Row]:
    """Print what was found, part by part, and return the speeds as rows."""
    for title, found in (("Installed", installed()), ("On this machine", cached()), ("Reachable", reachable())):
        table = Table("", "", title=title, show_header=False)
        for name, value in found:
            table.add_row(name, value)
        console.print(table)
    console.print(f"Python runs from {sys.prefix}", soft_wrap=True)
    return speed()
