"""Counts a word as often as the passage has it, and so exceeds 1."""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    weights = {word: idf.get(word, rare) for word in question}
    total = sum(weights.values())
    if not total:
        return [0.0] * len(passages)
    return [sum(weights.get(word, 0.0) for word in passage) / total for passage in passages]
