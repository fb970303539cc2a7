"""What every notebook does with a finished figure: show it at a readable size, with a text for those who can't see it.

Matplotlib's own display has no alternative text, and leaves the figure open. Here the text is a required argument.
"""

import io

from IPython.display import Image, display
from matplotlib.figure import Figure

SHARPNESS = 2  # stored pixels for each pixel shown: crisp on a good screen and still small in the notebook's file


def show(figure: Figure, alt: str) -> None:
    """Display a figure as a PNG, 96 pixels for each inch of its width, described by `alt`, and close it.

    `alt` says what a reader would learn from looking. Raises ValueError if it is blank.
    """
    if not alt.strip():
        raise ValueError("a plot needs a text that says what it shows, for readers who can't see it")
    from matplotlib import pyplot

    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=96 * SHARPNESS, bbox_inches="tight")
    pyplot.close(figure)
    image = Image(data=content.getvalue(), width=round(96 * figure.get_figwidth()), alt=alt)  # type: ignore[no-untyped-call]
    display(image)  # type: ignore[no-untyped-call]
