"""Adds up the weights and never divides, so that long questions score higher."""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    return [sum(idf.get(word, rare) for word in set(question) & set(passage)) for passage in passages]
