"""Measures distance along the axes, without squares."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        nearest = np.abs(vectors[:, None] - centres).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
