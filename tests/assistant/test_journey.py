"""The picture of a question's way, and the box to ask in."""

from dataclasses import dataclass

import pytest
from matplotlib import pyplot

from groundwork.assistant.askbox import askbox, in_words
from groundwork.assistant.journey import ENDS, journey
from groundwork.assistant.reply import Asker, Citation, Reply, Stage


@dataclass
class Parrot:
    """An assistant that says what it was asked, and by whom."""

    def ask(self, question: str, asker: Asker) -> Reply:
        return Reply("answer", f"{question} ({asker.region})", (Citation("d", "A page", 0, 1, "q"),))


@pytest.mark.parametrize("count", [0, 1, 6])
def test_every_stage_and_every_end_is_named(count: int) -> None:
    names = ["screen", "retrieve", "answer", "verify", "something new", "guard"][:count]
    figure = journey([Stage(name, "in", "out", 0.5) for name in names])
    written = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert all(name in written for name in (*names, *ENDS))
    assert written.count("0.50 s") == count
    pyplot.close(figure)


def test_the_button_asks_what_stands_in_the_line() -> None:
    box = askbox(Parrot(), Asker(region="uk"), "How long?")  # type: ignore[arg-type]
    (line, button), below = box.children[0].children, box.children[1]
    line.value = "How far?"
    button.click()
    assert below.value == "answer: How far? (uk)\n— A page"


def test_a_reply_without_a_quote_is_its_text() -> None:
    assert in_words(Reply("refuse", "No.")) == "refuse: No."
