"""Returns the DCG and never divides by the best possible one."""

import math


def ndcg(ranking, relevant, k=10):
    ranking = list(dict.fromkeys(ranking))[:k]
    return sum(relevant.get(item, 0) / math.log2(place + 1) for place, item in enumerate(ranking, start=1))
