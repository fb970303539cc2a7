"""A whole world: stored bytes regenerate, truth holds in every seed, nothing is ever half-written."""

import json
import re
import shutil
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from groundwork.paths import DATASETS, ROOT
from groundwork.shop import make as module
from groundwork.shop.canaries import canary
from groundwork.shop.card import card_markdown, overlap
from groundwork.shop.make import BuildError, build
from groundwork.shop.questions import matches
from groundwork.shop.world import World, WorldError

HOUSE = DATASETS / "shop"


@pytest.fixture(scope="module")
def house() -> World:
    return World(HOUSE)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(0, tmp_path_factory.mktemp("worlds") / "seed0")


def test_seed_0_regenerates_to_the_stored_bytes(house: World, rebuilt: Path) -> None:
    again = json.loads((rebuilt / "MANIFEST.json").read_text(encoding="utf-8"))
    assert again == house.manifest
    house.verify()
    World(rebuilt).verify()
    for name in again["files"]:
        if not name.endswith((".db", ".gz")):
            assert (rebuilt / name).read_bytes() == (HOUSE / name).read_bytes(), name


def test_the_folder_holds_what_the_manifest_lists_and_nothing_else(house: World) -> None:
    files = {path.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*") if path.is_file()}
    assert files == {*house.manifest["files"], "MANIFEST.json"}


def test_it_is_as_large_as_the_course_promises(house: World) -> None:
    kinds = Counter(row["kind"] for row in house.documents.values())
    floors = {"policy": 36, "superseded": 14, "annex": 16, "help": 140, "staff": 48, "product": 250, "blog": 20}
    for kind, floor in floors.items():
        assert kinds[kind] >= floor, kind
    assert len(house.documents) >= 520
    assert sum(row["path"].endswith(".pdf") for row in house.documents.values()) >= 12
    assert len(house.questions) >= 320
    assert len(house.tickets) >= 2400
    assert len({ticket.true_intent for ticket in house.tickets}) >= 22
    assert sum(attack.category != "benign" for attack in house.attacks) >= 240
    assert sum(attack.category == "benign" for attack in house.attacks) >= 120
    assert len(house.table("interactions")) == 60_000
    assert len(house.table("payments")) == 40_000


def test_every_evidence_span_is_its_quote(house: World) -> None:
    by_document = defaultdict(list)
    for item in house.evidence:
        by_document[item.document].append(item)
    for document, items in by_document.items():
        text = house.text(document)
        assert all(text[item.start : item.end] == item.quote for item in items), document
    for question in house.questions:
        for quote in question.evidence:
            assert house.text(quote.document)[quote.start : quote.end] == quote.quote


def test_no_public_document_contains_a_canary_or_a_staff_fact_sentence(house: World) -> None:
    staff = [item.quote for item in house.evidence if any(fact.startswith("staff.") for fact in item.facts)]
    for identifier, row in house.documents.items():
        text = house.text(identifier)
        if row["audience"] == "staff":
            assert text.count(canary(0, identifier)) == 1
        else:
            assert "AW-INT-" not in text
            assert not any(quote in text for quote in staff)


def test_policies_have_200_to_500_words(house: World) -> None:
    for identifier, row in house.documents.items():
        if row["kind"] == "policy":
            body = re.sub(r"\A---\n.*?\n---\n", "", house.text(identifier), flags=re.DOTALL)
            assert 200 <= len(body.split()) <= 540, identifier


def test_little_is_written_twice(house: World) -> None:
    """Repeated 8-word runs across documents that are not product pages: at most 5 %, and none in more than 3."""
    homes = defaultdict(set)
    for identifier, row in house.documents.items():
        if row["kind"] != "product":
            words = re.findall(r"[a-z0-9']+", body(house, identifier).lower())
            for start in range(len(words) - 7):
                homes[tuple(words[start : start + 8])].add(identifier)
    places = sum(map(len, homes.values()))
    repeated = sum(len(documents) for documents in homes.values() if len(documents) > 1)
    assert repeated / places <= 0.05
    assert max(map(len, homes.values())) <= 3


def body(world: World, identifier: str) -> str:
    """A document without head and page furniture."""
    text = world.text(identifier)
    article = re.search(r"<article>(.*?)</article>", text, re.DOTALL)
    if article:
        return re.sub(r"<[^>]+>", " ", re.sub(r'<div class="article-meta.*?</div>', "", article[1], flags=re.DOTALL))
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)


def test_the_text_reads_like_a_companys_files(house: World) -> None:
    """Flesch-Kincaid grade by kind: between a child's book and a contract (Kincaid et al., 1975)."""
    for kind in ("policy", "help", "annex", "staff", "blog"):
        texts = [body(house, i) for i, row in house.documents.items() if row["kind"] == kind]
        words = [word for text in texts for word in re.findall(r"[A-Za-z']+", text)]
        ends = sum(len(re.findall(r"[.!?]\s", text + " ")) for text in texts)
        syllables = sum(max(len(re.findall(r"[aeiouy]+", word.lower())), 1) for word in words)
        grade = 0.39 * len(words) / ends + 11.8 * syllables / len(words) - 15.59
        assert 4 <= grade <= 13, f"{kind}: grade {grade:.1f}"


def test_questions_hide_their_evidences_words(house: World) -> None:
    single = [overlap(question) for question in house.questions if question.kind == "single"]
    assert sum(single) / len(single) <= 0.45


def test_the_card_in_the_data_sets_folder_is_the_one_that_the_command_prints(house: World) -> None:
    card = (DATASETS / "README.md").read_text(encoding="utf-8")
    assert card_markdown(house) in card


def test_the_counts_in_the_readme_are_the_worlds(house: World) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{len(house.documents)} documents, {len(house.questions)} golden questions" in readme


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 5) for first in (1, 6, 11, 16)], ids=str)
def test_every_answer_is_right_under_its_own_seed(seeds: range, tmp_path: Path) -> None:
    for seed in seeds:
        world = World(build(seed, tmp_path / str(seed), pdfs=False))
        assert len(world.questions) >= 300
        facts = defaultdict(set)
        for question in world.questions:
            for fact in question.facts:
                facts[fact].add(question.split)
            if question.expected == "answer":
                quotes = " ".join(quote.quote for quote in question.evidence)
                assert matches(question, quotes), (seed, question.id)
                assert matches(question, question.answer), (seed, question.id)
                assert not any(matches(question, trap) for trap in question.traps), (seed, question.id)
        assert all(len(splits) == 1 for splits in facts.values()), seed
        connection = world.connect()
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
        shutil.rmtree(tmp_path / str(seed))


def test_a_folder_that_is_not_empty_is_left_alone_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="not empty"):
        build(3, tmp_path, pdfs=False)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(BuildError, match="a file, not a folder"):
        build(3, tmp_path / "mine.txt", pdfs=False)


def test_a_build_that_fails_leaves_the_old_world_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "old.txt").write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.tickets, "make", full)
    with pytest.raises(BuildError, match="No space left"):
        build(3, tmp_path / "world", force=True, pdfs=False)
    monkeypatch.setattr(module.tickets, "make", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build(3, tmp_path / "world", force=True, pdfs=False)
    assert [path.name for path in tmp_path.rglob("*")] == ["world", "old.txt"]


@pytest.mark.parametrize("seed", ["seven", 1.5, True])
def test_a_seed_that_is_no_whole_number_writes_nothing(seed: object, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="whole number"):
        build(seed, tmp_path / "world")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_edited_file_is_named_with_its_expected_hash(rebuilt: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(rebuilt, copy)
    expected = json.loads((copy / "MANIFEST.json").read_text(encoding="utf-8"))["files"]["questions.jsonl"]
    with (copy / "questions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("{}\n")
    with pytest.raises(WorldError, match=rf"questions\.jsonl was changed: .*expected {expected}"):
        World(copy).verify()
    with pytest.raises(WorldError, match=r"questions\.jsonl, line \d+"):
        assert World(copy).questions
    database = sqlite3.connect(copy / "shop.db")
    database.execute("UPDATE customers SET name = 'Somebody' WHERE id = 'C0001'")
    database.commit()
    database.close()
    (copy / "questions.jsonl").write_bytes((rebuilt / "questions.jsonl").read_bytes())
    with pytest.raises(WorldError, match=r"shop\.db was changed"):
        World(copy).verify()


def test_a_folder_that_is_no_world_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"no shop .*course\.py shop"):
        World(tmp_path)


def test_customers_are_found_by_id_only(house: World) -> None:
    assert house.customer("C0001").id == "C0001"
    with pytest.raises(WorldError, match='no customer "C9999\' OR 1=1"'):
        house.customer("C9999' OR 1=1")


def test_every_link_between_markdown_documents_leads_to_a_file(house: World) -> None:
    for row in house.documents.values():
        if row["path"].endswith(".md"):
            path = HOUSE / "documents" / row["path"]
            for target in re.findall(r"\]\(([^):]+\.(?:md|html|pdf))\)", path.read_text(encoding="utf-8")):
                assert (path.parent / target).is_file(), f"{row['path']} -> {target}"


def test_the_package_offers_build_and_world() -> None:
    from groundwork import shop

    assert shop.build is build
    assert shop.World is World
    with pytest.raises(AttributeError, match="it offers build and World"):
        shop.anything  # noqa: B018
