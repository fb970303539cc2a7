"""Sorts by strength and takes the first that is good enough."""

import numpy as np


def one_standard_error(strengths, scores):
    order = np.argsort(strengths)
    means = scores[order].mean(axis=1)
    top = scores[order][np.argmax(means)]
    n = len(top)
    error = 0 if n == 1 else np.sqrt(((top - top.mean()) ** 2).sum() / (n - 1) / n)
    for place, mean in zip(order, means):
        if mean >= means.max() - error:
            return strengths[place]
