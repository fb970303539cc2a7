"""Plain sums, as a list."""


def pq_scores(query, codes, books):
    width = len(books[0][0])
    scores = []
    for code in codes.tolist():
        score = 0.0
        for number, word in enumerate(code):
            for place in range(width):
                score += books[number][word][place] * query[number * width + place]
        scores.append(float(score))
    return scores
