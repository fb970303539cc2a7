"""Cuts the ranking at k but not the best order, so that 1 is out of reach where much is relevant."""

import math


def ndcg(ranking, relevant, k=10):
    grades = [relevant.get(item, 0) for item in dict.fromkeys(ranking)][:k]
    best = sorted(relevant.values(), reverse=True)
    found = sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(best, start=1))
    return found / ideal if ideal else 0.0
