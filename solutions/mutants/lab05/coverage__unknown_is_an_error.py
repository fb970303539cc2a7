"""Looks every word up, and stops at one that is not there."""


def coverage(question, passages, idf):
    weights = {word: idf[word] for word in question}
    total = sum(weights.values())
    if not total:
        return [0.0] * len(passages)
    return [sum(weights[word] for word in weights if word in passage) / total for passage in passages]
