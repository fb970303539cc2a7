"""Lets vectors choose again while the centres are still moving."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        for number in range(len(centres)):
            nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
