"""Computes the share of relevant items among the first k, whatever their places."""


def ndcg(ranking, relevant, k=10):
    first = list(dict.fromkeys(ranking))[:k]
    return sum(relevant.get(item, 0) > 0 for item in first) / k
