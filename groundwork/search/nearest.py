"""Where an index's vectors are searched: in this process, or in the server that GROUNDWORK_VECTORS names.

On a server each generation of an index has a collection of its own, named by what is in it, so that a reader of the
old one is never shown the new one; what was put there once is found again.
"""

import hashlib
from collections.abc import Callable, Sequence

from groundwork.search.chunks import Chunk
from groundwork.search.milvus import from_environment
from groundwork.search.vector_store import Entry, Filter
from groundwork.search.vectors import Floats, build, choose

Nearest = Callable[[Floats, int], dict[int, float]]  # vector (d,), how many -> rows with their cosines


def nearest_in(items: Sequence[Chunk], vectors: Floats, encoder: str) -> Nearest:
    """A search among vectors (n, d) of chunks that share an audience.

    Raises VectorStoreError if GROUNDWORK_VECTORS is set and the server cannot be used.
    """
    digest = hashlib.sha256(encoder.encode())
    for item in items:
        digest.update(f"{item.document.sha256}{item.id}\n".encode())
    store = from_environment(f"groundwork_{digest.hexdigest()[:24]}", vectors.shape[1])
    if store is None:
        index = build(choose(len(vectors)), vectors)

        def here(vector: Floats, k: int) -> dict[int, float]:
            cosines, rows = index.search(vector[None], k)
            return {int(row): float(cosine) for row, cosine in zip(rows[0], cosines[0], strict=True) if row >= 0}

        return here
    if len(store) != len(items):
        store.put([entry_of(item, row) for row, item in enumerate(items)], vectors)
    everyone = Filter(frozenset(item.document.audience for item in items))

    def there(vector: Floats, k: int) -> dict[int, float]:
        return {found.part: found.score for found in store.search(vector[None], k, everyone)[0]}

    return there


def entry_of(item: Chunk, row: int) -> Entry:
    """A chunk as the store knows it; its row in the index serves as its part."""
    document = item.document
    return Entry(
        document.id, row, document.audience, document.region, document.effective_from, document.effective_until
    )
