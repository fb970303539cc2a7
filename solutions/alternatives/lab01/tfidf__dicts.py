"""Dictionaries, and lists of lists at the end."""

import math
from collections import Counter


def tfidf(documents, vocabulary):
    frequency = Counter(word for document in documents for word in set(document))
    rows = []
    for document in documents:
        counts = Counter(document)
        row = []
        for word in vocabulary:
            idf = math.log((1 + len(documents)) / (1 + frequency[word])) + 1
            row.append(counts[word] * idf)
        length = math.hypot(*row)
        rows.append([weight / length for weight in row] if length else row)
    return rows
