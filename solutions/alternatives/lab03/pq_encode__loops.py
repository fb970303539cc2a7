"""One vector, one part, one piece at a time; lists."""


def pq_encode(vectors, books):
    width = books.shape[2]
    codes = []
    for vector in vectors:
        code = []
        for number, book in enumerate(books):
            part = vector[number * width : (number + 1) * width]
            away = [float(sum((a - b) ** 2 for a, b in zip(part, piece))) for piece in book]
            code.append(away.index(min(away)))
        codes.append(code)
    return codes
