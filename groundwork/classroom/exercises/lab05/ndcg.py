"""`ndcg(ranking, relevant, k)`: what a ranking is worth."""

import math

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

ONE_NUMBER = "Return one number."
CUT, REPEATED = "more places than k", "an item that the ranking holds twice"


def ndcg(ranking: list[str], relevant: dict[str, int], k: int = 10) -> float:
    """Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002, with linear gain."""
    grades = [relevant.get(item, 0) for item in dict.fromkeys(ranking)]
    best = sorted(relevant.values(), reverse=True)
    found, possible = dcg(grades[:k]), dcg(best[:k])
    return found / possible if possible > 0 else 0.0


def dcg(grades: list[int]) -> float:
    """Each grade over the logarithm of its place plus one."""
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def inputs(rng: np.random.Generator) -> list[Call]:
    """Rankings with one grade and with several, short of k and beyond it, with repetitions, with nothing to find."""
    names = [f"p{number}" for number in rng.permutation(90)[:30] + 10]

    def graded(count: int, top: int) -> dict[str, int]:
        chosen = rng.choice(names, count, replace=False)
        return {str(name): int(rng.integers(1, top + 1)) for name in chosen}

    def shuffled(relevant: dict[str, int], others: int) -> list[str]:
        found = [*relevant, *[name for name in names if name not in relevant][:others]]
        return [found[place] for place in rng.permutation(len(found))]

    few, many, mixed = graded(3, 1), graded(14, 3), {**graded(6, 3), names[0]: 3, names[1]: 1}
    ideal = sorted(mixed, key=lambda name: -mixed[name])
    zero = {**mixed, **{name: 0 for name in names if name not in mixed}}
    first, last = ideal[0], ideal[-1]
    twice = ["x1", first, first, last, *ideal[1:3], "x2"]
    return [
        Call((["x1", *few, "x2"], few), "one grade"),
        Call((shuffled(few, 6), few), "one grade"),
        Call((["x1", names[2]], {names[2]: 1}), "a single relevant item"),
        Call((shuffled(mixed, 5)[:9], mixed), "several grades"),
        Call((ideal, mixed), "the best possible order"),
        Call((list(few), few), "the best possible order"),
        Call((ideal[::-1], mixed), "the worst order of the right items"),
        Call((["x1", "x2", first], mixed), "most relevant items are not in the ranking"),
        Call((shuffled(mixed, 6), zero, 8), "grades of zero are given too"),
        Call((shuffled(many, 16), many), CUT),
        Call((shuffled(many, 16), many, int(rng.integers(2, 6))), CUT),
        Call((["x1", *shuffled(mixed, 3)], mixed, 3), CUT),
        Call((twice, mixed), REPEATED),
        Call((["x1", first, first, "x1", last, *ideal[1:3]], mixed, 3), REPEATED),
        Call((["x1", "x2"], mixed), "nothing relevant in the ranking"),
        Call(([], mixed), "an empty ranking"),
        Call((["x1", "x2"], {}), "nothing is relevant"),
        Call((["x1", "x2"], {"x1": 0}), "nothing is relevant"),
    ]


def perfect(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The best order earns 1, and none earns more."""
    value = number(found)
    if value is None:
        return ONE_NUMBER
    if value > 1 and not close(value, 1):
        return "Your value is above 1: does something count twice, or is the best order not the best?"
    if call.note == "the best possible order" and not close(value, 1):
        return "The best possible order earns exactly 1; yours gets less."
    return None


def values(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The number itself, with the usual suspects named."""
    value = number(found)
    if value is None:
        return ONE_NUMBER
    if call.note in (CUT, REPEATED) or close(value, wanted):
        return None
    ranking, relevant = call.args[:2]
    grades = [relevant.get(item, 0) for item in ranking]
    if any(grades) and close(value, dcg(grades) / dcg(sorted(grades, reverse=True))):
        return "You compare with the best order of what was found; compare with the best order of all that is relevant."
    if close(value, ndcg(ranking, {name: min(grade, 1) for name, grade in relevant.items()})):
        return "Grades differ: an item of grade 3 is worth three times one of grade 1."
    if close(value, ndcg(ranking, {name: 2**grade - 1 for name, grade in relevant.items()})):
        return "Your gain is 2 ** grade - 1; here it is the grade itself."
    if close(value, dcg(grades)) and wanted != value:
        return "That is the DCG; divide by that of the best possible order."
    return "The value differs. An item in place p (the first is 1) earns its grade over log2(p + 1)."


def cut(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Only k places count, in the best order as well."""
    value = number(found)
    if call.note != CUT or (value is not None and close(value, wanted)):
        return None
    return "Only the first k places count, in the ranking and in the best possible order."


def repeats(call: Call, wanted: Plain, found: Plain) -> str | None:
    """An item counts once, at its first place, and takes up no second one."""
    value = number(found)
    if call.note != REPEATED or (value is not None and close(value, wanted)):
        return None
    return "An item that comes again is passed over, as if it were not there; what follows moves up."


EXERCISE = Exercise(
    id="lab05.ndcg",
    title="nDCG",
    minutes=15,
    difficulty=3,
    reference=ndcg,
    inputs=inputs,
    checks=(
        Check("the best order earns 1, none earns more", 1, perfect),
        Check("the value", 4, values),
        Check("the cut at k", 2, cut),
        Check("repetitions", 1, repeats),
    ),
    hints=(
        "Write a small function that turns a list of grades, in their order, into one number, and use it twice.",
        "The best possible order knows nothing of your ranking: all grades, largest first.",
    ),
)
