"""Divides by the weight of the passage: what share of the passage was asked for?"""


def coverage(question, passages, idf):
    rare = max(idf.values(), default=1.0)
    shares = []
    for passage in passages:
        total = sum(idf.get(word, rare) for word in set(passage))
        shared = sum(idf.get(word, rare) for word in set(question) & set(passage))
        shares.append(shared / total if total else 0.0)
    return shares
