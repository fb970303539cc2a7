"""NumPy: a table of customers and periods, turned round so that argmax takes the later."""

import numpy as np


def clean_split(customers, days, first, second):
    period = np.searchsorted([first, second], days, side="right")
    if not len(customers):
        return [np.zeros(0, int)] * 3
    names, who = np.unique(np.array(customers), return_inverse=True)
    table = np.zeros((len(names), 3), int)
    np.add.at(table, (who, period), 1)
    home = 2 - table[:, ::-1].argmax(axis=1)
    return [np.flatnonzero((period == part) & (home[who] == part)) for part in range(3)]
