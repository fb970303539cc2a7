"""Adds up and never divides."""


def mean_pool(pieces, mask):
    return (pieces * mask[:, :, None]).sum(axis=1)
