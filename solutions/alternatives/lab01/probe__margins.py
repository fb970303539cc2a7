"""The smaller of both margins has to be above zero."""

import numpy as np


def probe(scores):
    margins = np.minimum(scores[:, 0, 0] - scores[:, 0, 1], scores[:, 1, 1] - scores[:, 1, 0])
    return float(np.count_nonzero(margins > 0)) / (len(margins) or 1)
