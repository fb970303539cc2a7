"""A saved index: the same answers after opening, nothing embedded twice, and a kill leaves the old or the new one."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from groundwork.search import store as module
from groundwork.search.store import StoreError, load_index, open_index
from tests.conftest import WordEncoder


def test_opening_again_embeds_nothing_and_finds_the_same(folder: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    first = open_index(folder, tmp_path / "index", encoder).search("return a tent", 5)
    calls = encoder.calls
    again = open_index(folder, tmp_path / "index", encoder)
    assert encoder.calls == calls
    assert [(hit.chunk, hit.score) for hit in again.search("return a tent", 5)] == [(h.chunk, h.score) for h in first]


def test_a_changed_document_costs_only_its_own_chunks(folder: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    open_index(folder, tmp_path / "index", encoder)
    before = encoder.calls
    (folder / "new.md").write_text("Kayaks may be returned within 9 days.", encoding="utf-8")
    (folder / "delivery-uk.md").unlink()
    index = open_index(folder, tmp_path / "index", encoder)
    assert encoder.calls == before + 1
    ids = {document.id for document in index.corpus.documents}
    assert "new" in ids
    assert "delivery-uk" not in ids


def test_another_models_index_is_named_and_built_anew(folder: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    open_index(folder, tmp_path / "index", encoder)
    other = WordEncoder()
    other.id = "other-model"
    with pytest.raises(StoreError, match="words-64, not by version 1 with other-model"):
        load_index(tmp_path / "index", other)
    with pytest.warns(UserWarning, match="will be built anew"):
        assert open_index(folder, tmp_path / "index", other).search("tent", 1)


@pytest.mark.parametrize("damage", ["manifest.json", "public.npy", "public/data.csc.index.npy"])
def test_a_damaged_index_is_built_anew(folder: Path, tmp_path: Path, encoder: WordEncoder, damage: str) -> None:
    open_index(folder, tmp_path / "index", encoder)
    name = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    (tmp_path / "index" / name / damage).write_bytes(b"{")
    with pytest.warns(UserWarning, match="will be built anew"):
        again = open_index(folder, tmp_path / "index", encoder)
    assert again.search("boots may be returned", 1)[0].chunk.document.id == "returns"


def test_a_full_disk_costs_nothing_but_the_saved_copy(
    folder: Path, tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_text", full)
    with pytest.warns(UserWarning, match=r"could not be saved .*No space left on device"):
        assert open_index(folder, tmp_path / "index", encoder).search("tent", 1)
    assert [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()] == []


def test_readers_keep_reading_while_a_new_generation_is_written(
    folder: Path, tmp_path: Path, encoder: WordEncoder
) -> None:
    reader = open_index(folder, tmp_path / "index", encoder)
    (folder / "new.md").write_text("Kayaks may be returned within 9 days.", encoding="utf-8")
    open_index(folder, tmp_path / "index", encoder)
    assert "new" not in {hit.chunk.document.id for hit in reader.search("kayak returned", 10)}


KILLED = """
import sys, os, time
from pathlib import Path
sys.path[:0] = {path!r}
from groundwork.search import store
from tests.conftest import WordEncoder
real = store.write_text
def slow(path, text):
    if path.name == {stop!r}:
        print("here", flush=True)
        time.sleep(60)
    real(path, text)
store.write_text = slow
store.open_index(Path({folder!r}), Path({index!r}), WordEncoder())
"""


@pytest.mark.parametrize("stop", ["manifest.json", "CURRENT"])
def test_a_kill_during_a_save_leaves_the_old_index(
    folder: Path, tmp_path: Path, encoder: WordEncoder, stop: str
) -> None:
    store = tmp_path / "index"
    open_index(folder, store, encoder)
    (folder / "new.md").write_text("Kayaks may be returned within 9 days.", encoding="utf-8")
    program = KILLED.format(path=sys.path, stop=stop, folder=str(folder), index=str(store))
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"here"
    process.kill()
    process.wait()
    process.stdout.close()
    old, _ = load_index(store, encoder)
    assert "new" not in {document.id for document in old.corpus.documents}
    assert "new" in {document.id for document in open_index(folder, store, encoder).corpus.documents}


def test_old_generations_are_swept_once_no_reader_can_be_opening_them(
    folder: Path, tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_index(folder, tmp_path / "index", encoder)
    monkeypatch.setattr(module, "KEEP_SECONDS", 0)
    time.sleep(0.01)
    (folder / "delivery-uk.md").unlink()
    open_index(folder, tmp_path / "index", encoder)
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1


def test_a_read_only_store_still_answers(folder: Path, tmp_path: Path, encoder: WordEncoder) -> None:
    (tmp_path / "index").write_text("a file where the store should be", encoding="utf-8")
    with pytest.warns(UserWarning, match="could not be saved"):
        assert open_index(folder, tmp_path / "index", encoder).search("tent", 1)
