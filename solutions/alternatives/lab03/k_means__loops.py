"""Plain lists, as on paper."""


def k_means(vectors, centres, rounds=10):
    points, places = vectors.tolist(), centres.tolist()
    for _ in range(rounds):
        heaps = [[] for _ in places]
        for point in points:
            away = [sum((a - b) ** 2 for a, b in zip(point, place)) for place in places]
            heaps[away.index(min(away))].append(point)
        places = [
            [sum(column) / len(heap) for column in zip(*heap)] if heap else place for heap, place in zip(heaps, places)
        ]
    return places
