"""Keeps the type of the centres, so that means of whole numbers lose their fractions."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = centres.copy()
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
