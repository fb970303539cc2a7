"""Reading and indexing the shop from nothing, opening it again unchanged, and the memory that this takes."""

import json
import subprocess
import sys

from groundwork.evaluation.rows import Row
from groundwork.paths import ROOT, SHOP_DOCUMENTS

PROGRAM = """
import json, sys, tempfile, time
from pathlib import Path
from groundwork.models.embed import Embedder
from groundwork.search.store import open_index
folder, encoder = Path(sys.argv[1]), Embedder(cache=False)
encoder.encode(["warm"])
with tempfile.TemporaryDirectory() as store:
    seconds = []
    for _ in range(4):
        begun = time.perf_counter()
        index = open_index(folder, Path(store), encoder)
        seconds.append(time.perf_counter() - begun)
    chunks = sum(len(part.chunks) for part in index.parts.values())
    del index
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
except ImportError:
    peak = None
print(json.dumps({"seconds": seconds, "chunks": chunks, "peak": peak}))
"""


def rows() -> list[Row]:
    """Measure in a process of its own, whose vectors are never cached, and whose memory is nobody else's."""
    command = [sys.executable, "-c", PROGRAM, str(SHOP_DOCUMENTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    cold, *warm = found["seconds"]
    result = [
        Row(f"ingest and index, cold, {found['chunks']:,} chunks", round(cold, 1), "s", n=1, bar="<= 20"),
        Row(
            "opening the index, nothing changed",
            round(min(warm), 2),
            "s",
            min(warm),
            max(warm),
            len(warm),
            "",
            "<= 0.5",
        ),
    ]
    if found["peak"] is not None:
        result.append(Row("peak memory of ingest and index", round(found["peak"]), "MB", n=1, bar="<= 600"))
    return result
