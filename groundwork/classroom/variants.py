"""`course.py assign`: a folder for each learner, with labs that know the learner and a shop of the learner's own.

papermill writes the learner and the seed into a cell after the lab's `parameters` cell, without running anything. A
bundle holds labs and a page that says how to begin: no solution, no mutant, no secret.
"""

import ast
import difflib
import logging
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
from rich.console import Console
from rich.progress import track

from groundwork.classroom.labs import LABS, read, tidied
from groundwork.classroom.roster import Learner, read_roster
from groundwork.classroom.seeds import world_seed
from groundwork.errors import GroundworkError
from groundwork.files import write_text

README = """# Your labs

For {who}. Put the folder `labs` in the place of the one in your copy of the course, and open the labs in JupyterLab.

Your shop is number {seed}: other fees, windows and dates than anybody else's. The first lab that needs it makes it,
which takes a minute or two. Leave the cells `Parameters` as they are; grading uses its own.
"""


class AssignError(GroundworkError):
    """Labs that can't be assigned as asked."""


def assign(
    roster: Path,
    out: Path,
    secret: bytes,
    labs: Sequence[str] = (),
    parameters: Mapping[str, object] | None = None,
    console: Console | None = None,
) -> list[Path]:
    """Write `out/<learner>/labs/*.ipynb` for everybody on the roster, and return the learners' folders.

    `labs` names some labs (lab05 …); all if empty. `parameters` are further ones, the same for everybody. Running it
    again gives the same bytes; a file that was changed since is never overwritten. Raises RosterError for the roster,
    AssignError for an unknown lab or parameter or a file in the way; then nothing was written.
    """
    learners, sources = read_roster(roster), chosen(labs)
    for source in sources:
        known(source, {"learner": "", "seed": 0, **(parameters or {})})
    bundles: dict[Path, dict[str, str]] = {}
    for learner in track(learners, "Writing labs", console=console, disable=console is None, transient=True):
        bundles[out / learner.id] = bundle(learner, sources, world_seed(secret, learner.id), parameters or {})
    for folder, files in bundles.items():
        for name, text in files.items():
            if changed(folder / name, text):
                raise AssignError(f"{folder / name} is there and differs; move it away, or choose another --out.")
    for folder, files in bundles.items():
        for name, text in files.items():
            write_text(folder / name, text)
    return list(bundles)


def chosen(labs: Sequence[str]) -> list[Path]:
    """The lab notebooks of some labs, or all. Raises AssignError for one that is not there."""
    everything = sorted(LABS.glob("lab[0-9][0-9]_*.ipynb"))
    wanted = [path for path in everything if not labs or path.name.split("_")[0] in labs]
    missing = set(labs) - {path.name.split("_")[0] for path in wanted}
    if missing or not wanted:
        there = ", ".join(path.name.split("_")[0] for path in everything) or "none; make them with course.py labs"
        raise AssignError(f"There is no lab {', '.join(sorted(missing)) or 'notebook'}. There are: {there}.")
    return wanted


def known(source: Path, parameters: Mapping[str, object]) -> None:
    """Raise AssignError if a lab has no such parameter, or one of another kind; papermill would only warn."""
    defaults = defaults_of(source)
    for name, value in parameters.items():
        if name not in defaults:
            near = difflib.get_close_matches(name, defaults, n=1)
            hint = f" Did you mean {near[0]}?" if near else f" It has {', '.join(defaults)}."
            raise AssignError(f"{source.name} has no parameter {name!r}.{hint}")
        if type(value) is not type(defaults[name]):
            kind = type(defaults[name]).__name__
            raise AssignError(f"{source.name}: the parameter {name} is of type {kind}, and {value!r} is not.")


def defaults_of(source: Path) -> dict[str, object]:
    """The parameters of a lab with their defaults, read from its cell, never run."""
    cells = [cell for cell in read(source).cells if "parameters" in cell.metadata.get("tags", [])]
    lines = [node for cell in cells for node in ast.parse(cell.source).body if isinstance(node, ast.Assign)]
    return {node.targets[0].id: ast.literal_eval(node.value) for node in lines if isinstance(node.targets[0], ast.Name)}


def bundle(learner: Learner, sources: Sequence[Path], seed: int, more: Mapping[str, object]) -> dict[str, str]:
    """A learner's files: name -> text."""
    values = {"learner": learner.id, "seed": seed, **more}
    files = {f"labs/{source.name}": injected(source, values) for source in sources}
    return files | {"README.md": README.format(who=learner.id, seed=seed)}


def injected(source: Path, values: Mapping[str, object]) -> str:
    """The text of a lab with a learner's parameters and without outputs; the same for the same values, always."""
    import papermill  # type: ignore[import-untyped]

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.name
        papermill.execute_notebook(
            str(source), str(path), parameters=dict(values), prepare_only=True, progress_bar=False
        )
        notebook = tidied(read(path))
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def changed(path: Path, text: str) -> bool:
    """Whether a file is there with another text."""
    return path.exists() and path.read_bytes() != text.encode("utf-8")
