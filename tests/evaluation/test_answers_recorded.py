"""Records of what the model said: written and read back, and refused when they are of another version."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.evaluation.answers_recorded import FREE, SIGNALS, Part, RecordError, recorded, write
from groundwork.shop.world import World

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PARTS = st.builds(
    Part,
    question=TEXT, text=TEXT, document=TEXT, yes=st.floats(0, 1), right=st.booleans(), asks_back=st.booleans(),
    signals=st.fixed_dictionaries({name: st.floats(-10, 10) for name in SIGNALS}),
)  # fmt: skip


@given(parts=st.lists(PARTS, max_size=3), told=st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT)))
def test_what_is_written_is_read_back(
    parts: list[Part], told: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("record")
    write("dev", parts, told, folder)
    found = recorded("dev", folder)
    assert (list(found.parts), found.told) == (parts, told)


def test_a_record_that_is_missing_or_lacks_a_sign_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"evaluate answers --record"):
        recorded("dev", tmp_path)
    write("dev", [Part("q", "text", "page", 0.5, True, False, {SIGNALS[0]: 1.0})], {}, tmp_path)
    with pytest.raises(RecordError, match=SIGNALS[1]):
        recorded("dev", tmp_path)
    (tmp_path / "dev.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(RecordError):
        recorded("dev", tmp_path)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_stored_record_covers_every_question_of_its_split(split: str) -> None:
    asked = {question.id for question in World().questions if question.split == split}
    record = recorded(split)
    assert {part.question for part in record.parts} == asked
    assert all(set(record.told[name]) <= asked for name in FREE)
    assert any(part.right for part in record.parts)
