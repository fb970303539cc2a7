"""A trace for the eye: stages as a table, in a terminal or a notebook, and as a waterfall of bars."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwork.assistant.reply import Stage

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table

HEADINGS = ("stage", "seconds", "tokens in", "tokens out", "input", "output")
SHOWN = 120  # characters of an input or output
# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by every kind of colour vision.
COLORS = {
    "LLM": "#D55E00",
    "RETRIEVER": "#0072B2",
    "EMBEDDING": "#56B4E9",
    "RERANKER": "#009E73",
    "GUARDRAIL": "#CC79A7",
}
OTHER = "#999999"


@dataclass(frozen=True)
class StageTable:
    """Stages as rows: rich prints it as a table, and a notebook shows it as one."""

    stages: tuple[Stage, ...]

    def cells(self) -> list[tuple[str, ...]]:
        """The rows, as text."""
        return [
            (
                stage.name,
                f"{stage.seconds:.3f}",
                str(stage.prompt_tokens),
                str(stage.completion_tokens),
                _short(stage.input),
                _short(stage.output),
            )
            for stage in self.stages
        ]

    def __rich__(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        table = Table(*HEADINGS)
        for column in table.columns[1:4]:
            column.justify = "right"
        for row in self.cells():
            table.add_row(*map(Text, row))  # Text: what an asker wrote in [brackets] is no markup
        return table

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in HEADINGS)
        rows = [[html.escape(cell) for cell in row] for row in self.cells()]
        lines = "".join(
            f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def as_table(stages: Sequence[Stage]) -> StageTable:
    """The stages as a table, for `rich.print` or as the last line of a notebook's cell."""
    return StageTable(tuple(stages))


def waterfall(stages: Sequence[Stage]) -> "Figure":
    """Each stage as a bar from its start to its end, in seconds since the question began; colours tell the kinds.

    The title says where most of the time went: `slowest(stages)`, which also serves as the plot's alternative text.
    """
    from matplotlib import pyplot
    from matplotlib.patches import Patch

    figure, axes = pyplot.subplots(figsize=(8, 1.4 + 0.4 * max(len(stages), 1)), layout="constrained")
    kinds = list(dict.fromkeys(stage.kind for stage in stages))
    colors = [COLORS.get(stage.kind, OTHER) for stage in stages]
    places = range(len(stages))
    axes.barh(places, [stage.seconds for stage in stages], left=[stage.start for stage in stages], color=colors)
    for place, stage in zip(places, stages, strict=True):
        axes.annotate(f" {stage.seconds:.3f} s", (stage.start + stage.seconds, place), va="center", fontsize=9)
    axes.set_yticks(places, [stage.name for stage in stages])
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xlim(left=0)
    axes.set(xlabel="seconds since the question began", ylabel="stage", title=slowest(stages))
    if len(kinds) > 1:
        axes.legend(handles=[Patch(color=COLORS.get(kind, OTHER), label=kind.lower()) for kind in kinds], fontsize=9)
    return figure


def slowest(stages: Sequence[Stage]) -> str:
    """A sentence about where the time went: "answer took 1.20 of 1.50 seconds (80 %)"."""
    total = max((stage.start + stage.seconds for stage in stages), default=0.0)
    if not total:
        return "No stage took any time"
    longest = max(stages, key=lambda stage: stage.seconds)
    return f"{longest.name} took {longest.seconds:.2f} of {total:.2f} seconds ({longest.seconds / total:.0%})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
