"""Gives each vector to the centre with the largest product."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = np.array(centres, dtype=float)
    for _ in range(rounds):
        nearest = (vectors @ centres.T).argmax(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
