"""`mcnemar(ours, theirs)`: do two models differ, or is it a coin?"""

import math

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

Bools = npt.NDArray[np.bool_]
SHAPE = "Return three numbers: only ours right, only theirs right, the p-value."
SAME, EVEN, MANY = "no message on which they differ", "as many one way as the other", "a thousand differences"


def mcnemar(ours: Bools, theirs: Bools) -> tuple[int, int, float]:
    """McNemar, "Note on the sampling error …", Psychometrika 1947; the exact, two-sided form."""
    one, other = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    ways = sum(math.comb(one + other, k) for k in range(min(one, other) + 1))
    return one, other, min(1.0, 2 * ways / 2 ** (one + other))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Two models on the same messages: nearly equal, clearly different, never different, on very many messages."""

    def told(both: int, one: int, other: int, neither: int, note: str = "") -> Call:
        n = both + one + other + neither
        order = rng.permutation(n)
        ours = np.repeat([True, True, False, False], [both, one, other, neither])[order]
        theirs = np.repeat([True, False, True, False], [both, one, other, neither])[order]
        return Call((ours, theirs), note)

    def some(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    even, few = some(2, 9), some(3, 6)
    return [
        told(some(40, 90), some(10, 14), some(4, 8), some(5, 30)),
        told(some(40, 90), some(4, 8), some(10, 16), some(5, 30), "theirs is better"),
        told(some(200, 300), some(30, 40), some(15, 25), some(20, 60), "some hundred messages"),
        told(some(5, 20), few + 3, few, 0, "few messages"),
        told(some(20, 30), some(5, 8), 0, some(2, 9), "all differences one way"),
        told(some(20, 30), 0, some(5, 8), some(2, 9), "all differences one way"),
        told(some(5, 20), even, even, some(5, 20), EVEN),
        told(some(5, 20), even + 1, even, some(5, 20), "one difference more"),
        told(0, some(3, 9), some(10, 14), 0, "they always differ"),
        told(some(300, 400), some(640, 680), some(560, 600), some(50, 90), MANY),
        told(some(5, 20), 0, 0, some(5, 20), SAME),
        told(0, 0, 0, 0, SAME),
    ]


def triple(found: Plain) -> list[float] | None:
    """Three numbers; None if it is anything else."""
    if not isinstance(found, list | tuple | np.ndarray) or len(found) != 3:
        return None
    values = [value for value in map(number, found) if value is not None]
    return values if len(values) == 3 else None


def counts(call: Call, wanted: Plain, found: Plain) -> str | None:
    """On how many messages only one is right."""
    values = triple(found)
    if values is None:
        return SHAPE
    if close(values[0], wanted[0]) and close(values[1], wanted[1]):
        return None
    ours, theirs = call.args
    if close(values[0], wanted[1]) and close(values[1], wanted[0]):
        return "Your two counts are exchanged: ours comes first."
    if close(values[0], ours.sum()) and close(values[1], theirs.sum()):
        return "You count how often each is right; count the messages on which only this one is right."
    return "Count the messages on which one model is right and the other is not, each way."


def p_value(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The p-value, with the usual suspects named."""
    values = triple(found)
    if values is None:
        return SHAPE
    if call.note in (SAME, EVEN, MANY) or same(values[2], wanted[2]):
        return None
    one, other, right = wanted
    n, p = one + other, values[2]
    if same(2 * p, right):
        return "That is one tail; the other model might have won as well, so both tails count."
    for z in ((one - other) ** 2 / n, (abs(one - other) - 1) ** 2 / n):  # without and with the correction
        if same(p, math.erfc(math.sqrt(z / 2))):
            return "That is the chi-squared approximation; count the exact binomial tail."
    if same(p, min(1.0, 2 * math.comb(n, min(one, other)) / 2**n)):
        return "That is the chance of exactly this outcome; outcomes that are even more uneven count too."
    if same(p, min(1.0, 2 * sum(math.comb(n, k) for k in range(min(one, other))) / 2**n)):
        return "The tail includes the outcome itself, not only those that are more uneven."
    return "Another p-value. Each message on which they differ is a fair coin; the others say nothing."


def same(one: float, other: float) -> bool:
    """Equal up to rounding, however small."""
    return math.isclose(one, other, rel_tol=1e-5)


def bounded(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Two equal tails overlap in the middle."""
    values = triple(found)
    if values is None:
        return SHAPE
    if values[2] > 1 and not close(values[2], 1):
        return "A p-value above 1: where both tails hold the middle, it counts twice. Cut at 1."
    return (
        None if call.note != EVEN or close(values[2], 1) else "As many one way as the other speaks for no difference."
    )


def nothing(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Nothing to decide by."""
    values = triple(found)
    if values is None:
        return SHAPE
    return None if call.note != SAME or close(values[2], 1) else "Where they never differ, nothing speaks against 1."


def many(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Numbers that no float can hold."""
    values = triple(found)
    if values is None:
        return SHAPE
    if call.note != MANY or same(values[2], wanted[2]):
        return None
    return "With a thousand coins 0.5 ** n is 0. Python's whole numbers have no limit: divide them last."


EXERCISE = Exercise(
    id="lab02.mcnemar",
    title="McNemar's test",
    minutes=12,
    difficulty=3,
    reference=mcnemar,
    inputs=inputs,
    checks=(
        Check("who is right alone", 2, counts),
        Check("the p-value", 3, p_value),
        Check("never above 1", 1, bounded),
        Check("no difference", 1, nothing),
        Check("many differences", 1, many),
    ),
    hints=(
        "`ours & ~theirs` is true where only ours is right.",
        "`math.comb(coins, k)` ways lead to k heads, of 2 ** coins. Add up those from 0 to the smaller count.",
    ),
)
