"""Returns the lab's example whatever is asked."""


def cosine_search(query, vectors, k=5):
    return [(2, 1.0), (0, 0.6)]
