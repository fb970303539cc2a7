"""Gives a word without an idf the weight 1."""


def coverage(question, passages, idf):
    weights = {word: idf.get(word, 1.0) for word in question}
    total = sum(weights.values())
    if not total:
        return [0.0] * len(passages)
    return [sum(weights[word] for word in weights if word in passage) / total for passage in passages]
