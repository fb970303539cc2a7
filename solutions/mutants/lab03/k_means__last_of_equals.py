"""Gives a vector that is equally near to two centres to the later one."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2)[:, ::-1].argmin(axis=1)
        nearest = len(centres) - 1 - nearest
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
