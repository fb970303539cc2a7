"""All temperatures in one array, with logaddexp."""

import numpy as np


def fit_temperature(scores, labels, temperatures):
    if len(labels) == 0:
        return 1.0
    z = scores[None] / np.array(temperatures)[:, None, None]
    given = np.take_along_axis(z, labels[None, :, None], axis=2)[..., 0]
    loss = (np.logaddexp.reduce(z, axis=2) - given).mean(axis=1)
    return np.float64(temperatures[loss.argmin()])
