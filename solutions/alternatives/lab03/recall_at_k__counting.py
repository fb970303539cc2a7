"""Counts with sums and no sets."""


def recall_at_k(found, truth, k=10):
    total, questions = 0.0, 0
    for rows, best in zip(found, truth):
        best = [row for row in list(best)[:k] if row != -1]
        if not best:
            continue
        questions += 1
        total += sum(row in list(rows)[:k] for row in best) / len(best)
    return total / questions if questions else 0
