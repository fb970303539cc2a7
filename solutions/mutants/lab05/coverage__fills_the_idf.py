"""Right, but writes the weights of unknown words into the caller's dict."""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    weights = {word: idf.setdefault(word, rare) for word in question}
    total = sum(weights.values())
    if not total:
        return [0.0] * len(passages)
    return [sum(weights[word] for word in weights if word in passage) / total for passage in passages]
