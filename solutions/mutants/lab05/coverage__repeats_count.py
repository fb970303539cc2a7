"""Counts a word of the question as often as it is asked."""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    total = sum(idf.get(word, rare) for word in question)
    if not total:
        return [0.0] * len(passages)
    return [sum(idf.get(word, rare) for word in question if word in passage) / total for passage in passages]
