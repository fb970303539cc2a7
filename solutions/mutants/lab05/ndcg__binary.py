"""Treats every grade above zero as 1."""

import math


def ndcg(ranking, relevant, k=10):
    grades = [float(relevant.get(item, 0) > 0) for item in dict.fromkeys(ranking)][:k]
    best = sorted((float(grade > 0) for grade in relevant.values()), reverse=True)[:k]
    found = sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(best, start=1))
    return found / ideal if ideal else 0.0
