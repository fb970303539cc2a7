"""A handful of made-up documents that look like the shop's, with what decides who may read and quote them."""

import datetime
from typing import Any

import numpy as np

SUBJECTS = ("tent", "stove", "boot", "lamp", "jacket", "rope", "table", "mattress", "kettle", "helmet")
SENTENCES = (
    "A {0} can be returned within {1} days of delivery.",
    "Sending a {0} back costs ${1}.50, taken off the refund.",
    "The warranty on a {0} lasts {1} months – repairs included.",
    "A {0} weighs up to {1} kg.",
    "We repair a {0} in {1} business days.",
)
TODAY = datetime.date(2026, 9, 15)
Document = dict[str, Any]


def text(rng: np.random.Generator) -> str:
    """Three to five sentences, of which no two are alike."""
    subjects = rng.choice(SUBJECTS, 5, replace=False)
    chosen = [SENTENCES[place] for place in rng.permutation(5)[: rng.integers(3, 6)]]
    return " ".join(s.format(subject, rng.integers(10, 99)) for s, subject in zip(chosen, subjects, strict=False))


def day(offset: int) -> str:
    """A date so many days from today, as ISO 8601 writes it."""
    return (TODAY + datetime.timedelta(days=offset)).isoformat()


def document(rng: np.random.Generator, audience: str = "public", region: str = "all", **dates: str | None) -> Document:
    """A document in force since some day in the past, unless the dates say otherwise."""
    since = {"effective_from": day(-int(rng.integers(30, 900))), "effective_until": None}
    return {"text": text(rng), "audience": audience, "region": region, **since, **dates}
