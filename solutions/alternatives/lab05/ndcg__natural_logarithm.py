"""The natural logarithm: its factor cancels."""

from math import log


def ndcg(ranking, relevant, k=10):
    seen, value, place = set(), 0.0, 0
    for item in ranking:
        if item in seen:
            continue
        seen.add(item)
        place += 1
        if place > k:
            break
        value += relevant.get(item, 0) / log(place + 1)
    ideal = 0.0
    for row, grade in enumerate(sorted(relevant.values())[::-1]):
        if row < k:
            ideal += grade / log(row + 2)
    return value / ideal if ideal else 0.0
