"""Gives a word without an idf no weight, though it may be the rarest of all."""


def coverage(question, passages, idf):
    weights = {word: idf.get(word, 0.0) for word in question}
    total = sum(weights.values())
    if not total:
        return [0.0] * len(passages)
    return [sum(weights[word] for word in weights if word in passage) / total for passage in passages]
