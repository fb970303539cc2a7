"""A line to type a question into, a button, and the reply below: for a notebook with a running kernel."""

from typing import Any

from groundwork.assistant.core import Assistant
from groundwork.assistant.reply import Asker, Reply


def askbox(assistant: Assistant, asker: Asker, example: str) -> Any:
    """An ipywidgets box that asks the assistant for one asker; `example` stands in the line at first."""
    import ipywidgets  # type: ignore[import-untyped]

    line = ipywidgets.Text(example, layout={"width": "70%"})
    button = ipywidgets.Button(description="Ask")
    below = ipywidgets.Textarea(placeholder="The reply", disabled=True, layout={"width": "90%", "height": "7em"})

    def ask(_: object) -> None:
        below.value = "…"
        below.value = in_words(assistant.ask(line.value, asker))

    button.on_click(ask)
    return ipywidgets.VBox([ipywidgets.HBox([line, button]), below])


def in_words(reply: Reply) -> str:
    """A reply as plain text: its kind, its text, and what it quotes."""
    sources = "".join(
        f"\n— {citation.title}{f' ({citation.rule})' if citation.rule else ''}" for citation in reply.citations
    )
    return f"{reply.kind}: {reply.text}{sources}"
