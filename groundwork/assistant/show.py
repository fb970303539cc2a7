"""A reply as a person reads it in a terminal."""

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from groundwork.assistant.reply import Reply

TITLES = {"answer": "Answer", "clarify": "A question back", "escalate": "Handed to a person", "refuse": "Not answered"}
COLORS = {"answer": "green", "clarify": "yellow", "escalate": "yellow", "refuse": "red"}


def show_reply(reply: Reply, console: Console) -> None:
    """Print the reply, what it quotes and from where, and why the assistant was sure or not."""
    body = Text(reply.text)
    for citation in reply.citations:
        body.append(f"\n\n“{citation.quote}”", style="italic")
        place = f"{citation.document}, characters {citation.start}–{citation.end}"
        body.append(f"\n  — {citation.title} ({'; '.join(filter(None, [place, citation.rule]))})", style="dim")
    body.append(f"\n\nconfidence {reply.confidence:.2f} · {reply.reason} · {reply.seconds:.1f} s", style="dim")
    console.print(Panel(body, title=TITLES[reply.kind], border_style=COLORS[reply.kind], expand=False))
