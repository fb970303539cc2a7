"""Right, but moves the caller's centres."""

import numpy as np


def k_means(vectors, centres, rounds=10):
    centres = centres if centres.dtype == float else centres.astype(float)
    for _ in range(rounds):
        nearest = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        for number in range(len(centres)):
            members = vectors[nearest == number]
            if len(members):
                centres[number] = members.mean(axis=0)
    return centres
