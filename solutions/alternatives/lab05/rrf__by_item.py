"""Item by item, looking its place up in every ranking."""


def rrf(rankings, k=60):
    items = []
    for ranking in rankings:
        items += [item for item in ranking if item not in items]
    scores = [sum(1 / (k + ranking.index(item) + 1) for ranking in rankings if item in ranking) for item in items]
    order = sorted(range(len(items)), key=lambda row: scores[row], reverse=True)
    return [[items[row], scores[row]] for row in order]
