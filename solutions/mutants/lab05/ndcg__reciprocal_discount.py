"""Divides by the place itself, as the reciprocal rank does, not by its logarithm."""


def ndcg(ranking, relevant, k=10):
    grades = [relevant.get(item, 0) for item in dict.fromkeys(ranking)][:k]
    best = sorted(relevant.values(), reverse=True)[:k]
    found = sum(grade / place for place, grade in enumerate(grades, start=1))
    ideal = sum(grade / place for place, grade in enumerate(best, start=1))
    return found / ideal if ideal else 0.0
