"""`rrf(rankings, k)`: several rankings -> one, as (item, score) pairs."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import all_close, close, common_factor, number

PAIRS = "Return a list of (item, score) pairs that names every item once."
TIE = "two items with equal scores"


def rrf(rankings: list[list[str]], k: int = 60) -> list[tuple[str, float]]:
    """Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + place)
    return sorted(scores.items(), key=lambda pair: -pair[1])


def inputs(rng: np.random.Generator) -> list[Call]:
    """Rankings of passages, some of them empty, alone, or in need of a rule for ties."""
    names = [f"p{number}" for number in range(10, 40)]

    def drawn(size: int) -> list[str]:
        return [str(name) for name in rng.choice(names, size, replace=False)]

    a, b, c, d, e = drawn(5)
    long = drawn(25)
    return [
        Call(([drawn(12), drawn(12)],)),
        Call(([drawn(9), drawn(14), drawn(11)],), "three rankings"),
        Call(([long, long[::-1][:20], drawn(12), drawn(3)],), "four rankings of different lengths"),
        Call(([drawn(12), drawn(12)], int(rng.integers(1, 30))), "another k"),
        Call(([drawn(12), drawn(12)], 0), "k = 0"),
        Call(([[a, b, c], [c, d, a]],), TIE),
        Call(([[e, d], [d, e], [b]], 5), TIE),
        Call(([[e, c, a], [b, c, d]], 5), TIE),
        Call(([drawn(4), []],), "an empty ranking"),
        Call(([drawn(5)],), "a single ranking"),
        Call(([],), "no ranking at all"),
    ]


def pairs(value: Plain) -> dict[str, float] | None:
    """(item, score) pairs as a dict in their order; None if they are anything else or name an item twice."""
    if not isinstance(value, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in value):
        return None
    found = {item: score for item, raw in value if isinstance(item, str) and (score := number(raw)) is not None}
    return found if len(found) == len(value) else None


def items(call: Call, wanted: Plain, found: Plain) -> str | None:
    """All items, each once."""
    scores, right = pairs(found), dict(wanted)
    if scores is None:
        return PAIRS
    if missing := right.keys() - scores.keys():
        return f"{len(missing)} of {len(right)} items are missing: one ranking is enough to be in the result."
    return "You return items that no ranking holds." if len(scores) > len(right) else None


def order(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Best first; which of two equal items leads is another check's business."""
    scores, right = pairs(found), dict(wanted)
    if scores is None or scores.keys() != right.keys():
        return PAIRS
    steps = [(right[one], right[other]) for one, other in zip(scores, list(scores)[1:], strict=False)]
    if all(one > other or close(one, other) for one, other in steps):
        return None
    if all(one < other or close(one, other) for one, other in steps):
        return "Your list is turned round: the best item comes first."
    return "The list is not in the order of the fused scores."


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The scores themselves, with the usual suspects named."""
    scores, right = pairs(found), dict(wanted)
    if scores is None or scores.keys() != right.keys():
        return PAIRS
    mine, theirs = [scores[item] for item in right], list(right.values())
    if all_close(theirs, mine):
        return None
    rankings, k = call.args if len(call.args) == 2 else (call.args[0], 60)
    for others, message in (
        (k - 1, "Your places count from 0; the first place is 1."),
        (60, "Your function does not use the k that it is given."),
    ):
        if others >= 0 and all_close([dict(rrf(rankings, others))[item] for item in right], mine):
            return message
    if common_factor(theirs, mine):
        return "All scores are off by one factor: contributions are added up, neither averaged nor scaled."
    return "The scores differ: an item earns 1 / (k + place) from every ranking that holds it, and nothing elsewhere."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Whoever is seen first leads among equals."""
    if call.note != TIE or list(pairs(found) or {}) == list(dict(wanted)):
        return None
    return "Among equal scores, the item that was seen first comes first: first ranking first, from its top."


EXERCISE = Exercise(
    id="lab05.rrf",
    title="Reciprocal rank fusion",
    minutes=10,
    difficulty=2,
    reference=rrf,
    inputs=inputs,
    checks=(
        Check("every item once", 1, items),
        Check("best first", 2, order),
        Check("the fused scores", 4, values),
        Check("equal scores", 1, ties),
    ),
    hints=(
        "A dict from item to score, filled ranking by ranking; `enumerate` can start at 1.",
        "`sorted` keeps the order of equal elements, and a dict remembers the order in which it was filled.",
    ),
)
