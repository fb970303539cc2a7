"""Discounts by log2(place + 2), as if the first place were the second."""

import math


def ndcg(ranking, relevant, k=10):
    grades = [relevant.get(item, 0) for item in dict.fromkeys(ranking)][:k]
    best = sorted(relevant.values(), reverse=True)[:k]
    found = sum(grade / math.log2(place + 2) for place, grade in enumerate(grades, start=1))
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(best, start=1))
    return found / ideal if ideal else 0.0
