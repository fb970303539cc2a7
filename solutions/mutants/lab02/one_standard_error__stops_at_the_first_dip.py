"""Goes down from the best and stops at the first that is too bad."""

import numpy as np


def one_standard_error(strengths, scores):
    means = scores.mean(axis=1)
    best = int(np.argmax(means))
    folds = scores.shape[1]
    error = np.std(scores[best], ddof=1) / np.sqrt(folds) if folds > 1 else 0.0
    return walk(sorted(zip(strengths, means)), strengths[best], means[best] - error)


def walk(pairs, best, least):
    chosen = best
    for one, mean in reversed([pair for pair in pairs if pair[0] <= best]):
        if mean < least:
            break
        chosen = one
    return chosen
