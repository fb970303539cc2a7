"""What every notebook does with a finished figure: show it at a readable size, with a text for those who can't see it.

Matplotlib's own display has no alternative text, and JupyterLab drops the one that `IPython.display.Image` is given. An
HTML image keeps it, also in a notebook that is not trusted yet. Its bytes differ between machines, so tag the cell with
`nbval-ignore-output`.
"""

import base64
import html
import io

from IPython.display import display
from matplotlib import pyplot
from matplotlib.figure import Figure

SHARPNESS = 1.6  # stored pixels for each pixel shown: crisp on a good screen, small in the notebook's file


def show(figure: Figure, alt: str) -> None:
    """Display a figure, 96 pixels wide for each inch of its width, described by `alt`, and close it.

    `alt` says what a reader would learn from looking. Raises ValueError if it is blank.
    """
    if not alt.strip():
        raise ValueError("a plot needs a text that says what it shows, for readers who can't see it")
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=96 * SHARPNESS, bbox_inches="tight")
    pyplot.close(figure)
    source = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    width = round(96 * figure.get_figwidth())
    image = f'<img src="{source}" width="{width}" alt="{html.escape(alt)}">'
    display({"text/html": image, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]
