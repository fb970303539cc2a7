"""Adds up finds and neighbours over all questions before it divides."""


def recall_at_k(found, truth, k=10):
    hits = total = 0
    for rows, best in zip(found, truth):
        right = set(best[:k]) - {-1}
        hits += len(right & set(rows[:k]))
        total += len(right)
    return hits / total if total else 0.0
