"""The way of a question as a picture: its stations in a row, what each asks itself, and the four ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from groundwork.assistant.reply import Stage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ASKS = {
    "screen": "a question that\nI can read?",
    "retrieve": "which passages,\nin force today?",
    "answer": "which sentence,\nword for word?",
    "verify": "how surely does\nit answer?",
    "decide": "sure enough?",
    "guard": "every promise\nkept?",
}
# Okabe and Ito's palette, told apart by every kind of colour vision; here every end also has its name.
ENDS = {"answer": "#0072B2", "ask back": "#007A5A", "hand over": "#B84A00", "refuse": "#5F5F5F"}
BOX = {"boxstyle": "round,pad=0.5", "facecolor": "#F2F2F2", "edgecolor": "#767676"}
ARROW = {"arrowstyle": "->", "color": "#404040"}


def journey(stages: Sequence[Stage]) -> "Figure":
    """Draw the stages of one reply, each with its seconds. A question that ended early has fewer of them."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9.5, 2), layout="constrained")
    for place, stage in enumerate(stages):
        axes.text(place, 0.78, stage.name, ha="center", va="center", weight="bold", bbox=BOX)
        asked = f"{ASKS.get(stage.name, '')}\n{stage.seconds:.2f} s".strip()
        axes.text(place, 0.28, asked, ha="center", va="center", fontsize=9)
        if place < len(stages) - 1:
            axes.annotate("", (place + 0.62, 0.78), (place + 0.4, 0.78), arrowprops=ARROW)
    for row, (end, color) in enumerate(ENDS.items()):
        height, x = 1.14 - 0.24 * row, len(stages) - 0.3
        axes.text(x, height, end, color=color, weight="bold", va="center")
        axes.annotate("", (x - 0.04, height), (x - 0.3, 0.78), arrowprops=ARROW)
    axes.set(xlim=(-0.5, len(stages) + 0.5), ylim=(0, 1.25), title=f"{len(stages)} stations, {len(ENDS)} ends")
    axes.axis("off")
    return figure
