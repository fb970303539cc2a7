"""Scales the mean to length 1."""

import numpy as np


def mean_pool(pieces, mask):
    kept = mask[:, :, None]
    means = (pieces * kept).sum(axis=1) / np.maximum(kept.sum(axis=1), 1)
    return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
