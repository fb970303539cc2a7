"""One minus the share of what the passage lacks."""


def coverage(question, passages, idf):
    rare = max(idf.values()) if idf else 7.5
    asked = set(question)
    if not asked:
        return [0] * len(passages)
    total = sum(idf.get(word, rare) for word in asked)
    return [1 - sum(idf.get(word, rare) for word in asked - set(passage)) / total for passage in passages]
