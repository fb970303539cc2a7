"""Always 0.5."""


def choose_threshold(confidence, right, thresholds, risk, delta=0.1):
    return 0.5
