"""Against asking always: what each sent message saves."""


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    saved = asking - wrong * (1 - right.astype(int))
    return sorted(thresholds, key=lambda at: (saved[confidence >= at].sum(), at))[-1]
