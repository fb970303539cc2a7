"""What several floors' tests need: a tiny company's documents, and an encoder that needs no weights."""

import re
import signal
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("course", deadline=None)  # speed is measured by `bench`, never by a test
settings.load_profile("course")
# A shell makes what it runs in the background ignore Ctrl-C, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

RETURNS = """---
id: returns
title: Returns policy
effective_from: 2026-03-01
supersedes: returns-old
---

# Returns policy

## Windows

Tents may be returned within 45 days of delivery. Boots may be returned within 60 days.

## Costs

A prepaid label costs $6.50, e.g. for a jacket. See [Shipping](shipping.md) for what it weighs.
"""
RETURNS_OLD = """---
id: returns-old
title: Returns policy
effective_from: 2023-01-01
effective_until: 2026-02-28
---

Tents may be returned within 30 days of delivery. Labels are free of charge.
"""
DELIVERY_UK = """---
id: delivery-uk
title: Delivery to the UK
region: uk
---

Express parcels to the UK cost £9.50 and arrive the next day.
"""
STAFF = """---
id: staff-limits
title: Goodwill limits
audience: staff
---

An agent may give goodwill credit of up to $25 without asking a lead. Tents are replaced at once.
"""
WARRANTY = """<!DOCTYPE html><html><head><title>Warranty | Help</title><meta name="id" content="warranty">
<meta name="title" content="Warranty on tents"></head><body>
<header><nav><a href="/">Home</a> <a href="/tents">Tents</a></nav></header>
<div class="cookie-banner"><p>We use cookies.</p></div>
<main><h1>Warranty on tents</h1><p>Every tent carries a warranty of <b>5 years</b> against faults.</p>
<ul><li>Poles are covered.</li><li>Wear is not.</li></ul>
<table><tr><th>Part</th><th>Years</th></tr><tr><td>Zips</td><td>2</td></tr></table></main>
<footer>Was this helpful?</footer><script>track()</script></body></html>
"""


class WordEncoder:
    """Bag of hashed words, normalised: enough meaning for tests, the same on every machine, and instant."""

    id = "words-64"

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        self.calls += len(texts)
        vectors = np.full((len(texts), 64), 1e-6, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z0-9]+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % 64] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five documents of a tiny company: a rule and its old version, a regional one, a staff one, an HTML page."""
    documents = tmp_path / "documents"
    (documents / "help").mkdir(parents=True)
    files = {
        "returns.md": RETURNS,
        "returns-old.md": RETURNS_OLD,
        "delivery-uk.md": DELIVERY_UK,
        "staff.md": STAFF,
        "help/warranty.html": WARRANTY,
    }
    for name, text in files.items():
        (documents / name).write_text(text, encoding="utf-8")
    return documents
