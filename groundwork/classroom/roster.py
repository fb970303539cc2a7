"""The class list: `learner,name`, a line a learner, read with suspicion, since ids become folders and both end in CSV.

A cell that a spreadsheet would take for a formula is refused here, so that no table we write can carry one.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from groundwork.errors import GroundworkError

ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])){0,63}", re.ASCII)
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # no file names on Windows
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 120
MOST = 100_000  # learners; more is no class list


class RosterError(GroundworkError):
    """A class list with problems; the message lists them with their lines."""


@dataclass(frozen=True)
class Learner:
    """Someone of the class; `id` is safe as the name of a file or folder on every system."""

    id: str
    name: str = ""


def read_roster(path: Path) -> list[Learner]:
    """Read `learner[,name[,…]]` with its header; further columns are not looked at.

    Raises RosterError with every problem: no such column, bad, repeated or reserved ids, names that are too long, hold
    control characters or would be formulas.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RosterError(f"{path} cannot be read as a UTF-8 text: {error}. Save the list as CSV (UTF-8).") from None
    if "\0" in text:
        raise RosterError(f"{path} is no text file. Save the list as CSV (UTF-8).")
    table = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="")
    problems: list[str] = []
    learners: list[Learner] = []
    seen: dict[str, int] = {}
    try:
        if "learner" not in (table.fieldnames or []):
            raise RosterError(f"{path} needs a first line with the column learner (and, if you like, name).")
        for row in table:
            one = Learner((row["learner"] or "").strip(), (row.get("name") or "").strip())
            found = problem(one, row.get("name") or "")
            if one.id.casefold() in seen:
                found = f"{one.id!r} is there already, in line {seen[one.id.casefold()]} (case does not count)"
            if found:
                problems.append(f"line {table.line_num}: {found}")
            seen.setdefault(one.id.casefold(), table.line_num)
            learners.append(one)
    except csv.Error as error:
        raise RosterError(f"{path}, line {table.line_num}: {error}. Is it a CSV file?") from None
    if not 0 < len(learners) <= MOST:
        problems.append(f"it lists {len(learners):,} learners; 1 to {MOST:,} are possible")
    if problems:
        more = [f"… and {len(problems) - 10} more"] if len(problems) > 10 else []
        raise RosterError("\n  ".join([f"{path} has to be corrected first:", *problems[:10], *more]))
    return learners


def problem(one: Learner, raw_name: str) -> str:
    """What is wrong with a learner, or an empty text."""
    if not ID.fullmatch(one.id) or RESERVED.fullmatch(one.id):
        return f"{one.id!r} is no id: letters, digits, - and _, a dot between them; at most 64; no reserved name"
    if raw_name.startswith(FORMULA) or one.name.startswith(FORMULA):
        return f"the name {one.name!r} would be a formula in a spreadsheet"
    if len(one.name) > LONGEST or not one.name.isprintable():
        return f"the name of {one.id} is longer than {LONGEST} characters or holds control characters"
    return ""
