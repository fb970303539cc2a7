"""The outbox: what was added and not done comes back, in order, after any crash."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.assistant.outbox import Outbox

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(TEXTS, max_size=6, unique=True), tail=st.binary(max_size=80))
def test_an_outbox_outlives_a_write_that_was_cut_off(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], tail: bytes
) -> None:
    journal = Outbox(tmp_path_factory.mktemp("journal") / "outbox", reserved=4_000)
    journal.reserve()
    for text in texts:
        journal.add(text)
    end = len(journal.path.read_bytes().rstrip(b"\0"))
    with journal.path.open("r+b") as file:
        file.seek(end)
        file.write(tail)
    assert [record.text for record in journal.waiting()] == texts
    journal.add("one more\n")
    assert [record.text for record in journal.waiting()] == [*texts, "one more\n"]


def test_a_damaged_record_does_not_hide_the_next(tmp_path: Path) -> None:
    journal = Outbox(tmp_path / "outbox", reserved=4_000)
    for text in ("one", "two", "three"):
        journal.add(text)
    content = journal.path.read_bytes()
    journal.path.write_bytes(content.replace(b"two", b"tw0"))
    assert [record.text for record in journal.waiting()] == ["one", "three"]
    journal.add("four")
    assert [record.text for record in journal.waiting()] == ["one", "three", "four"]


def test_an_outbox_grows_beyond_its_space_and_shrinks_when_it_is_empty(tmp_path: Path) -> None:
    journal = Outbox(tmp_path / "outbox", reserved=1_000)
    journal.reserve()
    for number in range(50):
        journal.add(f"{number}" * 40)
    assert len(journal.waiting()) == 50
    assert journal.path.stat().st_size > 1_000
    journal.done(journal.waiting()[:49])
    assert [record.text for record in journal.waiting()] == ["49" * 40]
    journal.done(journal.waiting())
    assert (journal.waiting(), journal.path.stat().st_size) == ([], 1_000)
    journal.add("again")
    assert [record.text for record in journal.waiting()] == ["again"]


def test_a_record_that_waits_is_not_written_twice(tmp_path: Path) -> None:
    journal = Outbox(tmp_path / "outbox")
    for _ in range(3):
        journal.add("same")
    assert [record.text for record in journal.waiting()] == ["same"]
    journal.done(journal.waiting())
    journal.add("same")
    assert [record.text for record in journal.waiting()] == ["same"]
