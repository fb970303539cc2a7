"""Takes one mean over all numbers of a heap in place of one for each column."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean()
    return centres
