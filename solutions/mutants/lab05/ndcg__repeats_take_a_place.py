"""Gives an item nothing when it comes again, but lets it take up the place."""

import math


def ndcg(ranking, relevant, k=10):
    seen, grades = set(), []
    for item in ranking[:k]:
        grades.append(0 if item in seen else relevant.get(item, 0))
        seen.add(item)
    best = sorted(relevant.values(), reverse=True)[:k]
    found = sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(best, start=1))
    return found / ideal if ideal else 0.0
