"""Message by message."""


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    costs = {}
    for at in thresholds:
        costs[at] = 0.0
        for sure, ok, minutes in zip(confidence.tolist(), right.tolist(), wrong.tolist()):
            if sure < at:
                costs[at] += asking
            elif not ok:
                costs[at] += minutes
    return max(at for at in costs if costs[at] == min(costs.values()))
