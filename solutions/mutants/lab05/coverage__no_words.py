"""Divides by zero for a question without words; everything else is right."""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    weights = {word: idf.get(word, rare) for word in question}
    total = sum(weights.values())
    return [sum(weights[word] for word in weights if word in passage) / total for passage in passages]
