"""Walks through the cells with plain lists."""


def ivf_search(query, vectors, centres, cells, nprobe, k, allowed=None):
    away = [sum((c - q) ** 2 for c, q in zip(centre, query)) for centre in centres]
    chosen = sorted(range(len(away)), key=away.__getitem__)[:nprobe]
    candidates = []
    for row, cell in enumerate(cells):
        if cell in chosen and (allowed is None or allowed[row]):
            candidates.append((-sum(v * q for v, q in zip(vectors[row], query)), row))
    return [row for _, row in sorted(candidates)][:k]
