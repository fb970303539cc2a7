"""Deals out rows at random, as a library does by default."""

import numpy as np


def clean_split(customers, days, first, second):
    rows = np.random.default_rng(0).permutation(len(days))
    cuts = [int((days < first).sum()), int((days < second).sum())]
    return [part.tolist() for part in np.split(rows, cuts)]
