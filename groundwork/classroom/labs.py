"""Solutions -> labs: `solutions/labNN_*.ipynb` is the single source of `labs/labNN_*.ipynb`.

nbgrader's preprocessors do the work, as a library and without its database: what stands between `### BEGIN SOLUTION`
and `### END SOLUTION` goes, graded cells are locked. A lab is then run once on its stubs, since a learner should see
what an untouched notebook prints, and so that a lab that breaks on its stubs is never shipped.
"""

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from rich.console import Console
from traitlets.config import Config

from groundwork.classroom.registry import grade_id, of_lab
from groundwork.errors import GroundworkError
from groundwork.files import write_text
from groundwork.paths import ROOT

SOLUTIONS, LABS = ROOT / "solutions", ROOT / "labs"
STUB = "# YOUR CODE HERE"
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS = 600  # for a lab's slowest cell


class LabError(GroundworkError):
    """A solution that can't become a lab."""


def solutions(lab: str | None = None) -> list[Path]:
    """The solution notebooks, of one lab or of all. Raises LabError if there is none."""
    found = sorted(SOLUTIONS.glob(f"{lab or 'lab[0-9][0-9]'}_*.ipynb"))
    if not found:
        raise LabError(f"There is no solution notebook {SOLUTIONS / (lab or 'labNN')}_….ipynb.")
    return found


def make_labs(out: Path = LABS, lab: str | None = None, console: Console | None = None) -> list[Path]:
    """Write the labs of `solutions/`; one that would not change keeps its file. Returns all their paths.

    Raises LabError for a solution whose cells don't fit its exercises, or whose lab fails on its stubs.
    """
    made = []
    for source in solutions(lab):
        path = out / source.name
        fresh = generate(source)
        if not path.exists() or not same_cells(fresh, read(path)):
            if console:
                console.print(f"{source.name}: running it on its stubs …", soft_wrap=True)
            write(executed(fresh, source.name), path)
        made.append(path)
    return made


def generate(source: Path) -> NotebookNode:
    """The lab of a solution notebook, without outputs; the same bytes for the same solution, always."""
    from nbgrader import preprocessors as steps

    notebook = read(source)
    fits(notebook, source)
    config = Config()
    config.ClearSolutions.code_stub = {"python": STUB}
    for step in (
        steps.LockCells,
        steps.ClearSolutions,
        steps.ClearOutput,
        steps.CheckCellMetadata,
        steps.ClearHiddenTests,
        steps.ClearMarkScheme,
        steps.ComputeChecksums,
        steps.CheckCellMetadata,
    ):
        notebook, _ = step(config=config).preprocess(notebook, {})
    return tidied(notebook)


def fits(notebook: NotebookNode, source: Path) -> None:
    """Raise LabError unless there is a cell and a check with the right points for each exercise, and for no other.

    Every solution cell has to define its exercise's function, and a cell with parameters has to be there for papermill.
    """
    graded = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    lab = source.name.split("_")[0]
    known = {f"{lab}-imports"}
    for one in of_lab(lab):
        name = grade_id(one.id)
        known |= {name, f"{name}-check"}
        cell, check = graded.get(name), graded.get(f"{name}-check")
        if cell is None or check is None:
            raise LabError(f"{source.name} needs cells with the grade ids {name} and {name}-check.")
        if (found := check.metadata.nbgrader.points) != one.points:
            raise LabError(f"{source.name}: {name}-check gives {found} points; the exercise has {one.points}.")
        if "export" not in cell.metadata.get("tags", []) or one.function not in functions(cell.source):
            raise LabError(f"{source.name}: {name} must be tagged export and define {one.function}.")
    if strange := graded.keys() - known:
        raise LabError(f"{source.name}: no exercise has the grade id {', '.join(sorted(strange))}.")
    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        raise LabError(f"{source.name} needs a cell tagged parameters.")


def functions(source: str) -> list[str]:
    """The functions that a cell defines."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def solution_lines(source: Path) -> Iterator[str]:
    """The lines that no lab may hold: what stands in a solution region and nowhere else in the notebook."""
    inside: set[str] = set()
    outside: set[str] = set()
    for cell in read(source).cells:
        within = False
        for line in map(str.strip, cell.source.splitlines()):
            within = (within or "BEGIN SOLUTION" in line) and "END SOLUTION" not in line
            (inside if within else outside).add(line)
    yield from sorted(line for line in inside - outside if len(line) > 3 and "SOLUTION" not in line)


def executed(notebook: NotebookNode, name: str) -> NotebookNode:
    """A copy with the outputs of a run, in the folder `labs`. Raises LabError with the cell's error if one fails."""
    notebook = copy.deepcopy(notebook)
    LABS.mkdir(exist_ok=True)
    client = NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(LABS)}})
    try:
        client.execute()
    except CellExecutionError as error:
        raise LabError(f"{name} does not run to its end: {error.ename}: {error.evalue}\n{error}") from None
    return tidied(notebook)


def tidied(notebook: NotebookNode) -> NotebookNode:
    """Without what differs from run to run: cell ids, times, and pieces of one stream."""
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place:02d}"
        for key in ("execution", "lines_to_next_cell"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    notebook.metadata = nbformat.from_dict(KERNEL)  # type: ignore[no-untyped-call]
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs with each stream in one piece, wherever it was cut."""
    result: list[NotebookNode] = []
    for output in outputs:
        last = result[-1] if result else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            result.append(output)
    return result


def same_cells(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two notebooks differ in outputs at most."""
    plain = [[(c.id, c.cell_type, c.source, c.metadata) for c in notebook.cells] for notebook in (one, other)]
    return bool(plain[0] == plain[1] and one.metadata == other.metadata)


def read(path: Path) -> NotebookNode:
    """A notebook from disk. Raises LabError if it is none."""
    try:
        found: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        return found
    except (OSError, ValueError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise LabError(f"{path} is no notebook: {error}") from None


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, whole or not at all, with its keys in a fixed order."""
    write_text(path, nbformat.writes(notebook) + "\n")  # type: ignore[no-untyped-call]
