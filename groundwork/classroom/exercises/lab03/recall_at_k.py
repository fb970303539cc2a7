"""`recall_at_k(found, truth, k)`: the share of the true neighbours that a search finds."""

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import close, number

ONE_NUMBER = "Return one number between 0 and 1."
EMPTY, CUT, NOTHING = "empty places, marked -1", "more places than k", "a question with nothing to find"


def recall_at_k(found: list[list[int]], truth: list[list[int]], k: int = 10) -> float:
    """The share of the true k nearest among the first k found, averaged over the questions (FAISS: intersection)."""
    shares = []
    for rows, best in zip(found, truth, strict=True):
        right = places(best, k)
        if right:
            shares.append(len(places(rows, k) & right) / len(right))
    return float(np.mean(shares)) if shares else 0.0


def places(rows: list[int], k: int) -> set[int]:
    """The rows in the first k places; -1 marks a place that stayed empty."""
    return {int(row) for row in rows[:k] if row != -1}


def inputs(rng: np.random.Generator) -> list[Call]:
    """Lists and arrays of rows: whole ones, short ones, with empty places in either, with nothing to find."""

    def drawn(questions: int, size: int, rows: int) -> tuple[list[list[int]], list[list[int]]]:
        pairs = [[rng.permutation(rows)[:size].tolist() for _ in "ab"] for _ in range(questions)]
        for ours, true in pairs:
            if not set(ours[:2]) & set(true[:2]):
                ours[0] = true[0] if true[0] not in ours else ours[0]
        return [ours for ours, _ in pairs], [true for _, true in pairs]

    many, true = drawn(6, 10, 25)
    holes = [[*rows[:5], *[-1] * 5] for rows in many]
    short = [[*rows[:4], *[-1] * 6] for rows in true]
    first, second = drawn(4, 6, 12)
    few = [[first[0][4], 99], second[1][:5], second[2][:1], second[3][:3]]
    return [
        Call((many, true)),
        Call(drawn(9, 5, 12)),
        Call((*drawn(5, 10, 20), 10)),
        Call((np.array(many), np.array(true)), "arrays in place of lists"),
        Call((true, true), "everything is found"),
        Call(([rows[::-1] for rows in true], true), "everything is found, in another order"),
        Call((first, few), "different numbers of true neighbours"),
        Call((many, true, 3), CUT),
        Call(drawn(5, 14, 18), CUT),
        Call((*drawn(7, 10, 14), int(rng.integers(2, 7))), CUT),
        Call((np.array(holes), np.array(true)), EMPTY),
        Call((np.array(holes), np.array(short)), EMPTY),
        Call(([*holes, *true], [*short, *true], 8), EMPTY),
        Call(([[], *true], [true[0], *true]), "a search that found nothing"),
        Call(([*first, [1, 2]], [*few, []]), NOTHING),
        Call(([[1, 2], *first], [[-1, -1], *few]), NOTHING),
        Call(([[1, 2]], [[]]), NOTHING),
        Call(([], []), "no questions"),
    ]


def share(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The share, with the usual suspects named."""
    value = number(found)
    if value is None:
        return ONE_NUMBER
    if call.note in (EMPTY, CUT, NOTHING) or close(value, wanted):
        return None
    ours, true, k = (*call.args, 10)[:3]
    hits = [len(set(a[:k]) & set(b[:k])) for a, b in zip(map(list, ours), map(list, true), strict=True)]
    if close(value, wanted * 100):
        return "That is a percentage; return a share between 0 and 1."
    if close(value, float(sum(hits))) or (hits and close(value, sum(hits) / len(hits))):
        return "That is a count; divide by the number of true neighbours."
    if hits and close(value, sum(map(bool, hits)) / len(hits)):
        return "You count questions with at least one find; recall is the share of the true neighbours that were found."
    if hits and close(value, sum(hits) / (k * len(hits))):
        return "Divide by the number of true neighbours that there are, which may be fewer than k."
    if hits and close(value, sum(hits) / sum(len(rows[:k]) for rows in true)):
        return "Every question counts alike: take each question's share first, then their mean."
    return "The share differs. Which of a question's true neighbours were found? In which order plays no part."


def empty(call: Call, wanted: Plain, found: Plain) -> str | None:
    """-1 is no row."""
    value = number(found)
    if call.note != EMPTY or (value is not None and close(value, wanted)):
        return None
    return "-1 marks an empty place: it is never a find, and never a neighbour that one could have found."


def cut(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Only k places on either side."""
    value = number(found)
    if call.note != CUT or (value is not None and close(value, wanted)):
        return None
    return "Only the first k places count, of what was found and of the truth."


def nothing(call: Call, wanted: Plain, found: Plain) -> str | None:
    """A question without neighbours says nothing about a search."""
    value = number(found)
    if call.note != NOTHING or (value is not None and close(value, wanted)):
        return None
    return "A question without any true neighbour is left out of the mean; if no other is left, return 0."


EXERCISE = Exercise(
    id="lab03.recall_at_k",
    title="recall@k",
    minutes=10,
    difficulty=2,
    reference=recall_at_k,
    inputs=inputs,
    checks=(
        Check("the mean share", 3, share),
        Check("the cut at k", 1, cut),
        Check("empty places", 2, empty),
        Check("nothing to find", 1, nothing),
    ),
    hints=(
        "`set(a) & set(b)` holds what two lists share; take -1 out of both before.",
        "`np.mean` of an empty list is no number: look first whether there is anything to average.",
    ),
)
