"""Plain loops."""


def coverage(question, passages, idf):
    heaviest = 1.0
    if idf:
        heaviest = max(idf.values())
    asked = []
    total = 0.0
    for word in question:
        if word not in asked:
            asked.append(word)
            total += idf.get(word, heaviest)
    result = []
    for passage in passages:
        share = 0.0
        for word in asked:
            if word in passage:
                share += idf.get(word, heaviest)
        result.append(share / total if asked else 0.0)
    return result
