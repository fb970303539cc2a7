"""Takes the formula for calibrated confidences."""


def cheapest_threshold(confidence, right, wrong, asking, thresholds):
    if not len(wrong):
        return max(thresholds)
    return min(thresholds, key=lambda at: abs(at - (1 - asking / wrong.mean())))
