"""Leaves out the centres that nobody chose."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    nearest = np.arange(len(centres))
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres[[bool((nearest == number).any()) for number in range(len(centres))]]
