"""SciPy's binomial test."""

import numpy as np
from scipy.stats import binomtest


def mcnemar(ours, theirs):
    one = np.sum(ours > theirs)
    other = np.sum(ours < theirs)
    n = int(one + other)
    return [one, other, binomtest(int(one), n).pvalue if n else 1.0]
