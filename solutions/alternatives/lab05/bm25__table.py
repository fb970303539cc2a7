"""One table of counts, and the formula on the whole table."""

import numpy as np


def bm25(query, documents, k1=1.2, b=0.75):
    words = sorted(set(query))
    if not words or not documents:
        return [0.0] * len(documents)
    table = np.array([[document.count(word) for word in words] for document in documents], float)
    lengths = np.array([len(document) for document in documents], float)
    n = (table > 0).sum(axis=0)
    idf = np.log1p((len(documents) - n + 0.5) / (n + 0.5))
    k = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    return (idf * table / np.maximum(table + k[:, None], 1e-300)).sum(axis=1)
