"""Short texts that look like the shop's: a few words are everywhere, most are rare."""

import numpy as np

WORDS = (
    "tent stove boot return refund label parcel region express fee voucher member repair zip pole warranty down wool "
    "lamp charge invoice gift card stairs slot oak table mattress kettle rope helmet jacket".split()
)
CHANCES = 1 / np.arange(2, len(WORDS) + 2)


def text(rng: np.random.Generator, low: int, high: int) -> list[str]:
    """At least `low` and fewer than `high` words; some may repeat."""
    return [str(word) for word in rng.choice(WORDS, rng.integers(low, high), p=CHANCES / CHANCES.sum())]


def different(rng: np.random.Generator, count: int) -> list[str]:
    """Words of which none repeats."""
    return [str(word) for word in rng.choice(WORDS, count, replace=False)]
