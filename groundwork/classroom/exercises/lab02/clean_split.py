"""`clean_split(customers, days, first, second)`: three parts that share neither a customer nor a day."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.judges import number

Days = npt.NDArray[np.int64]
Parts = list[list[int]]
SHAPE = "Return three lists of row numbers: train, validation, test."
BORDER, TIE = "days that equal a limit", "a customer who wrote as often in two periods"


def clean_split(customers: list[str], days: Days, first: int, second: int) -> Parts:
    """By time, and within it by customer: everybody keeps the period in which they wrote most."""
    periods = [int(day >= first) + int(day >= second) for day in days]
    written: dict[str, list[int]] = {}
    for customer, period in zip(customers, periods, strict=True):
        written.setdefault(customer, [0, 0, 0])[period] += 1
    home = {customer: max((n, period) for period, n in enumerate(counts)) for customer, counts in written.items()}
    rows = list(enumerate(zip(customers, periods, strict=True)))
    return [[row for row, (customer, at) in rows if at == period == home[customer][1]] for period in range(3)]


def inputs(rng: np.random.Generator) -> list[Call]:
    """Messages in the order of time and in none, on the limits, of customers who are everywhere or nowhere twice."""

    def drawn(n: int, people: int, first: int, second: int, note: str = "", shuffled: bool = False) -> Call:
        days = rng.integers(0, 100, n)
        names = [f"C-{number:03d}" for number in rng.permutation(900)[:people]]
        customers = [names[place] for place in rng.integers(0, people, n)]
        return Call((customers, days if shuffled else np.sort(days), first, second), note)

    def told(cases: Sequence[tuple[str, int]], note: str) -> Call:
        chosen = [cases[place] for place in rng.permutation(len(cases))]
        return Call(([name for name, _ in chosen], np.array([day for _, day in chosen], int), 60, 80), note)

    a, b, c, d = (f"C-{number:03d}" for number in rng.permutation(900)[:4])
    early, middle, late = int(rng.integers(5, 55)), int(rng.integers(62, 78)), int(rng.integers(82, 99))
    return [
        drawn(60, 25, 60, 80),
        drawn(120, 30, 50, 75),
        drawn(80, 12, int(rng.integers(30, 45)), int(rng.integers(55, 90))),
        drawn(90, 60, 60, 80, "rows in no order of time", True),
        drawn(70, 20, 40, 60, "rows in no order of time", True),
        told([(a, 60), (b, 80), (c, 59), (d, 79)], BORDER),
        told([(a, 60), (a, 61), (a, 59), (b, 80), (b, 81), (b, 79), (c, early)], BORDER),
        told([(a, early), (a, middle), (b, middle), (b, late), (c, early), (c, late), (d, early)], TIE),
        told([(a, early), (a, middle), (a, late), (b, middle), (c, early), (d, late)], TIE),
        told([(a, early)] * 3 + [(a, middle)] * 2 + [(a, late), (b, middle)], "one customer in all periods"),
        told([(a, early), (b, middle), (c, late), (d, late)], "nobody writes twice"),
        told([(a, early), (a, early + 1), (b, middle)], "a period without messages"),
        told([], "no messages at all"),
    ]


def parts(call: Call, wanted: Plain, found: Plain) -> Parts | str:
    """Three lists of rows that exist, each row once; else what is wrong with them."""
    if not isinstance(found, list | np.ndarray) or len(found) != 3:
        return SHAPE
    if not all(isinstance(part, list) or (isinstance(part, np.ndarray) and part.ndim == 1) for part in found):
        return SHAPE
    values = [[number(row) for row in part] for part in found]
    rows = [row for part in values for row in part]
    if any(row is None or row != int(row) or not 0 <= row < len(call.args[0]) for row in rows):
        return SHAPE + " Rows are counted from 0, and no other ones exist."
    if len(set(rows)) < len(rows):
        return "A row stands in your result twice."
    if not rows and any(wanted):
        return "Your parts are empty."
    return [[int(row) for row in part if row is not None] for part in values]


def people(call: Call, wanted: Plain, found: Plain) -> str | None:
    """No customer in two parts."""
    rows = parts(call, wanted, found)
    if isinstance(rows, str):
        return rows
    names = [{call.args[0][row] for row in part} for part in rows]
    shared = (names[0] & names[1]) | (names[0] & names[2]) | (names[1] & names[2])
    return f"Customers who are in two parts: {len(shared)}. Their other messages are left out." if shared else None


def time(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Every part holds its own period only."""
    rows = parts(call, wanted, found)
    if isinstance(rows, str):
        return rows
    days, first, second = call.args[1:]
    for part, low, high in zip(rows, (-np.inf, first, second), (first, second, np.inf), strict=True):
        if any(days[row] == high for row in part):
            return "A day that equals a limit belongs to what begins there."
        if any(not low <= days[row] < high for row in part):
            return "A part holds messages of another period: a customer's messages don't move along with the customer."
    return None


def whole(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Nothing is left out without need."""
    rows = parts(call, wanted, found)
    if isinstance(rows, str):
        return rows
    if sum(map(len, rows)) >= sum(map(len, wanted)):
        return None
    kept, homes = [{call.args[0][row] for part in each for row in part} for each in (rows, wanted)]
    if homes - kept:
        return "Some customers are left out altogether; each can stay in one part."
    return "You leave out more than you must: a customer stays where most of their messages are."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Of two periods with as many messages, the later."""
    rows = parts(call, wanted, found)
    if isinstance(rows, str):
        return rows
    if call.note != TIE or [set(part) for part in rows] == [set(part) for part in wanted]:
        return None
    return "A customer who wrote as often in two periods belongs to the later one."


EXERCISE = Exercise(
    id="lab02.clean_split",
    title="A split without leaks",
    minutes=15,
    difficulty=3,
    reference=clean_split,
    inputs=inputs,
    checks=(
        Check("no customer in two parts", 3, people),
        Check("every part in its own period", 2, time),
        Check("nothing left out without need", 2, whole),
        Check("as often in two periods", 1, ties),
    ),
    hints=(
        "First give every row its period, then count for each customer how many rows each period has.",
        "A row stays if its period is its customer's; `max` over (count, period) breaks ties in favour of the later.",
    ),
)
