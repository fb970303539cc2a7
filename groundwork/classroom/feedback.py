"""What a learner gets back: one page of HTML with every check, its points and what was wrong; no script, no picture.

Everything is escaped, and nothing that the learner's code printed or raised is shown: it could carry the inputs.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from groundwork.classroom.gradebook import ExerciseGrade, Grade, points
from groundwork.classroom.roster import Learner
from groundwork.files import write_text

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc; }}
td.points {{ text-align: right; white-space: nowrap; }}
.passed {{ color: #00704f; }} .failed {{ color: #b33b00; }} .warning {{ border: 2px solid #b33b00; padding: .5rem; }}
</style></head><body>
<h1>{title}</h1>
{body}
<p>To see more of an error than its kind, run <code>check(…)</code> in your notebook; official inputs are not shown.</p>
</body></html>
"""
UNSAFE = '<p class="warning"><strong>UNSAFE:</strong> graded without a sandbox; these points prove nothing.</p>'


def write_feedback(learner: Learner, grades: Sequence[Grade], titles: dict[str, str], folder: Path) -> Path:
    """Write `FOLDER/<learner>.html` about all labs of a learner. `titles`: exercise id -> title."""
    title = f"Feedback for {learner.name or learner.id}"
    path = folder / f"{learner.id}.html"
    write_text(path, PAGE.format(title=escape(title), body="\n".join(section(grade, titles) for grade in grades)))
    return path


def section(grade: Grade, titles: dict[str, str]) -> str:
    """One lab."""
    parts = [f"<h2>{escape(grade.key.lab)}: {grade.points} of {grade.possible} points</h2>"]
    if grade.key.unsafe:
        parts.append(UNSAFE)
    if grade.status != "graded":
        return "\n".join([*parts, f'<p class="failed">Not graded: {escape(grade.status)}</p>'])
    return "\n".join([*parts, *(table(one, titles) for one in grade.exercises)])


def table(one: ExerciseGrade, titles: dict[str, str]) -> str:
    """One exercise: a line a check."""
    lines = []
    for outcome in one.outcomes:
        kind, mark = ("passed", "✓") if outcome.passed else ("failed", "✗")
        note = "" if outcome.passed else f"<br>{escape(outcome.message)}"
        got = f"{outcome.points if outcome.passed else 0} of {outcome.points}"
        line = (
            f'<td class="{kind}">{mark} {kind}</td><td>{escape(outcome.check)}{note}</td><td class="points">{got}</td>'
        )
        lines.append(f"<tr>{line}</tr>")
    name = titles.get(one.exercise, one.exercise)
    total = sum(outcome.points for outcome in one.outcomes)
    head = f"<h3>{escape(name)}: {points(one)} of {total} points</h3>"
    columns = '<tr><th scope="col">Result</th><th scope="col">Check</th><th scope="col">Points</th></tr>'
    return f"{head}\n<table>{columns}\n" + "\n".join(lines) + "\n</table>"
