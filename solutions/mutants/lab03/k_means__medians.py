"""Moves a centre to the median of its vectors."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = np.median(members, axis=0)
    return centres
