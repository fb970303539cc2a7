"""`ivf_search(query, vectors, centres, cells, nprobe, k, allowed)`: the best rows in the nearest cells."""

import numpy as np
import numpy.typing as npt

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab03.vectors import Floats, Whole, heaps, row_numbers

ROWS = "Return a list of row numbers, best first, none twice."
TIE, FORBIDDEN = "equal scores or distances", "some rows are not allowed"


def ivf_search(
    query: Floats,
    vectors: Floats,
    centres: Floats,
    cells: Whole,
    nprobe: int,
    k: int,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> list[int]:
    """The inverted file of Sivic and Zisserman, "Video Google", ICCV 2003, as Jégou and others use it for vectors."""
    nearest = np.argsort(((centres - query) ** 2).sum(axis=1), kind="stable")
    inside = np.isin(cells, nearest[:nprobe])
    rows = np.flatnonzero(inside if allowed is None else inside & allowed)
    order = np.argsort(-(vectors[rows] @ query), kind="stable")
    return [int(row) for row in rows[order][:k]]


def inputs(rng: np.random.Generator) -> list[Call]:
    """Shelves in cells; wide and narrow openings, ties, filters."""

    def shelf(n: int, d: int, k: int) -> tuple[Floats, Floats, Floats, Whole]:
        vectors = heaps(rng, n, d, topics=k)
        centres = vectors[rng.choice(n, k, replace=False)] * rng.uniform(0.5, 1.5, size=(k, 1))
        cells = ((vectors[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        return vectors[rng.integers(n)] + rng.normal(size=d), vectors, centres, cells

    one, two, three = shelf(60, 3, 6), shelf(80, 4, 8), shelf(50, 2, 5)
    near = ((one[2] - one[0]) ** 2).sum(axis=1).argsort()
    seldom = rng.random(60) < 0.3
    seldom[np.flatnonzero(one[3] == near[0])[:1]] = True
    half = rng.random(80) < 0.5
    best = ivf_search(*two, 3, 4)
    closed = one[3] != near[0]
    half[best], half[best[2]] = False, True
    empty = (one[0], one[1], np.vstack([one[2], one[0]]), one[3])  # the nearest centre has no vectors
    square = np.array([[0.0, 2.0], [2.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [2.0, 2.0]])[rng.permutation(6)]
    corner = (np.array([1.0, 1.0]), square, np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([1, 0, 0, 1, 0, 1]))
    level = (np.array([1.0, 1.0]), np.tile(square, (8, 1)), np.array([[0.0, 0.0], [9.0, 9.0]]), np.arange(48) % 3 // 2)
    return [
        *(Call((*one, nprobe, 5)) for nprobe in (1, 2, 4)),
        Call((*two, 2, 10)),
        Call((*three, 2, 3)),
        Call((*two, 8, 7), "all cells are opened"),
        Call((*three, 9, 4), "more cells are opened than there are"),
        Call((*one, 1, 60), "fewer rows than k in the opened cells"),
        Call((*empty, 2, 4), "the nearest cell is empty"),
        Call((*corner, 1, 6), TIE),
        Call((*level, 1, 20), TIE),
        Call((*level, 2, 20), TIE),
        Call((*one, 3, 6, seldom), FORBIDDEN),
        Call((*two, 3, 4, half), FORBIDDEN),
        Call((*one, 2, 5, closed), FORBIDDEN),
        Call((*two, 1, 4, np.zeros(80, bool)), "no row is allowed"),
        Call((*three, 2, 5, np.ones(50, bool)), "every row is allowed"),
    ]


def opened(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Rows of the opened cells only, and no more than k."""
    rows = row_numbers(found)
    if rows is None or len(set(rows)) < len(rows):
        return ROWS
    query, _, centres, cells, nprobe = call.args[:5]
    if len(rows) > call.args[5]:
        return "Your list holds more than k rows."
    if wanted and not rows:
        return "You find nothing, though the opened cells hold rows."
    order = ((centres - query) ** 2).sum(axis=1).argsort(kind="stable")
    if call.note == TIE or {int(cells[row]) for row in rows} <= set(order[:nprobe].tolist()):
        return None
    if {int(cells[row]) for row in rows} <= set((-(centres @ query)).argsort()[:nprobe].tolist()):
        return "You open the cells with the largest products; open those whose centres are nearest."
    return "Some of your rows lie in a cell that was not to be opened."


def ranking(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The best of them, best first."""
    rows = row_numbers(found)
    if rows is None:
        return ROWS
    if call.note in (TIE, FORBIDDEN) or rows == wanted:
        return None
    if len(rows) < len(wanted):
        return "Some rows are missing: from the opened cells, return the best k, or all if there are fewer."
    if sorted(rows) == sorted(wanted):
        return "The rows are the right ones, in the wrong order: largest product with the query first."
    distance = ((call.args[1][rows] - call.args[0]) ** 2).sum(axis=1)
    if (np.diff(distance) >= 0).all():
        return "You rank by distance; among the rows, the product with the query counts."
    return "There are better rows in the opened cells than some of yours."


def filtered(call: Call, wanted: Plain, found: Plain) -> str | None:
    """What is not allowed is never a candidate."""
    rows = row_numbers(found)
    if call.note != FORBIDDEN or rows == wanted:
        return None
    if rows is None or any(not call.args[6][row] for row in rows):
        return "You return rows that are not allowed."
    if not rows:
        return "You find nothing, though allowed rows lie in the opened cells."
    if len(rows) < len(wanted):
        return "Forbidden rows took places: leave them out before you choose the best k, not afterwards."
    return "Other rows are better, or the filter changed which cells were opened: it concerns rows, not cells."


def ties(call: Call, wanted: Plain, found: Plain) -> str | None:
    """The first of equals leads."""
    if call.note != TIE or row_numbers(found) == wanted:
        return None
    return "Of equally near centres, and of rows with equal products, the one that comes first leads."


EXERCISE = Exercise(
    id="lab03.ivf_search",
    title="Search in the nearest cells",
    minutes=15,
    difficulty=3,
    reference=ivf_search,
    inputs=inputs,
    checks=(
        Check("only the opened cells", 2, opened),
        Check("the best rows, best first", 3, ranking),
        Check("rows that are not allowed", 3, filtered),
        Check("equal scores", 1, ties),
    ),
    hints=(
        "`np.isin(cells, chosen)` says which rows lie in the chosen cells; `&` adds the filter.",
        "`np.argsort(…, kind='stable')` keeps the order of equals. Sort what is left, not everything.",
    ),
)
