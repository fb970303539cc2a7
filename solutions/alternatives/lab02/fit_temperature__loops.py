"""Message by message in plain Python."""

import math


def fit_temperature(scores, labels, temperatures):
    best, least = 1.0, math.inf
    table = scores.tolist()
    for temperature in temperatures if table else []:
        loss = 0.0
        for row, label in zip(table, labels.tolist()):
            top = max(row)
            loss += math.log(sum(math.exp((one - top) / temperature) for one in row)) - (row[label] - top) / temperature
        if loss < least:
            best, least = temperature, loss
    return best
