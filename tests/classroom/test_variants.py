"""Every learner gets labs of their own, and nobody gets what they must not have."""

import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.classroom import labs, variants
from groundwork.classroom.roster import Learner, RosterError, read_roster
from groundwork.classroom.seeds import SecretError, grading_seed, read_secret, world_seed
from groundwork.classroom.variants import AssignError, assign

SECRET = b"a secret of the instructor"
ROSTER = "learner,name\nada,Ada Lovelace\nnoether.e,Émilie Noether\ntu-04_x,Trần Thị Ánh\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path / "roster.csv"


def parameters(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    (injected,) = [cell for cell in cells if "injected-parameters" in cell.metadata.get("tags", [])]
    return injected.source


def test_each_learner_gets_a_folder_with_their_own_name_and_world(roster: Path, tmp_path: Path) -> None:
    folders = assign(roster, tmp_path / "out", SECRET, ["lab05"])
    assert [folder.name for folder in folders] == ["ada", "noether.e", "tu-04_x"]
    texts = [parameters(folder / "labs" / "lab05_retrieval.ipynb") for folder in folders]
    assert len(set(texts)) == 3
    assert 'learner = "ada"' in texts[0]
    assert f"seed = {world_seed(SECRET, 'ada')}" in texts[0]
    assert str(world_seed(SECRET, "ada")) in (folders[0] / "README.md").read_text(encoding="utf-8")


def test_a_bundle_holds_no_solution_no_mutant_and_no_secret(roster: Path, tmp_path: Path) -> None:
    secret_lines = {line for path in labs.solutions() for line in labs.solution_lines(path)}
    for path in (labs.SOLUTIONS / "mutants").rglob("*.py"):
        secret_lines.add(path.read_text(encoding="utf-8").splitlines()[0])
    for folder in assign(roster, tmp_path / "out", SECRET):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert {path.relative_to(folder).parts[0] for path in files} == {"labs", "README.md"}
        for path in files:
            content = path.read_bytes()
            assert SECRET not in content
            assert SECRET.hex().encode() not in content
            if path.suffix == ".ipynb":
                text = "\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"])
                assert not secret_lines & set(map(str.strip, text.splitlines()))
                assert not any(cell.get("outputs") for cell in json.loads(content)["cells"])


def test_assigning_again_gives_the_same_bytes_and_adds_who_is_new(roster: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assign(roster, out, SECRET, ["lab05"])
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    roster.write_text(ROSTER + "zoe,\n", encoding="utf-8")
    assign(roster, out, SECRET, ["lab05"])
    assert {path: path.read_bytes() for path in before} == before
    assert (out / "zoe" / "labs").is_dir()


def test_a_learners_work_is_never_overwritten(roster: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    work = out / "noether.e" / "labs" / "lab05_retrieval.ipynb"
    work.parent.mkdir(parents=True)
    work.write_text("my work")
    with pytest.raises(AssignError, match="is there and differs"):
        assign(roster, out, SECRET, ["lab05"])
    assert work.read_text() == "my work"
    assert not (out / "ada").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [({"sed": 3}, "Did you mean seed"), ({"seed": "3"}, "of type int"), ({"zzz": 1}, "It has learner, seed")],
)
def test_a_mistyped_parameter_is_an_error(more, message: str, roster: Path, tmp_path: Path) -> None:
    with pytest.raises(AssignError, match=message):
        assign(roster, tmp_path / "out", SECRET, ["lab05"], more)
    assert not (tmp_path / "out").exists()


def test_a_lab_that_is_not_there_is_an_error(roster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssignError, match=r"no lab lab77\. There are: .*lab05"):
        assign(roster, tmp_path / "out", SECRET, ["lab77", "lab05"])
    monkeypatch.setattr(variants, "LABS", tmp_path)
    with pytest.raises(AssignError, match=r"course\.py labs"):
        assign(roster, tmp_path / "out", SECRET)


BAD = {
    "learner\n../etc\n": "is no id",
    "learner\n..\n": "is no id",
    "learner\na/b\n": "is no id",
    "learner\na\\b\n": "is no id",
    "learner\nC:\n": "is no id",
    "learner\n.hidden\n": "is no id",
    "learner\nends.\n": "is no id",
    "learner\ncon.txt\n": "reserved",
    "learner\nada\nADA\n": "line 3.*already, in line 2",
    "learner\n\u202eada\n": "is no id",
    "learner\n" + "a" * 65 + "\n": "is no id",
    "learner\n=1+1\n": "is no id",
    'learner,name\nada,"=HYPERLINK(""x"")"\n': "formula",
    "learner,name\nada,@SUM(1)\n": "formula",
    'learner,name\nada," +1"\n': "formula",
    'learner,name\nada,"\t=1"\n': "formula",
    'learner,name\nada,"two\nlines"\n': "control characters",
    "learner,name\nada," + "x" * 200 + "\n": "longer than",
    "name\nAda\n": "column learner",
    "": "column learner",
    "learner\n": "lists 0 learners",
    'learner\n"ada\n': "CSV",
    "learner,name\n,Ada\n": "is no id",
    "learner\nada\0\n": "no text file",
}


@pytest.mark.parametrize(("text", "message"), BAD.items(), ids=range(len(BAD)))
def test_a_roster_with_problems_names_them(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(text.encode("utf-8"))
    with pytest.raises(RosterError, match=message):
        read_roster(tmp_path / "roster.csv")


def test_all_problems_are_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("learner\n../a\nfine\n../b\n" + "x/\n" * 20)
    with pytest.raises(RosterError) as caught:
        read_roster(tmp_path / "roster.csv")
    assert "line 2" in str(caught.value)
    assert "line 4" in str(caught.value)
    assert "and 12 more" in str(caught.value)


def test_a_spreadsheets_byte_order_mark_and_further_columns_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(b"\xef\xbb\xbfgroup,learner,name\r\nA,ada,Ada\r\nB,bob,\r\n")
    assert read_roster(tmp_path / "roster.csv") == [Learner("ada", "Ada"), Learner("bob", "")]


def test_what_is_not_there_or_not_utf8_is_a_roster_error(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("learner,name\nada,É\n".encode("latin-1"))
    for name in ("latin.csv", "missing.csv", "."):
        with pytest.raises(RosterError, match="UTF-8"):
            read_roster(tmp_path / name)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20), st.binary(min_size=1, max_size=40))
def test_seeds_depend_on_every_part_and_stay_in_their_range(one: str, other: str, secret: bytes) -> None:
    assert 1 <= world_seed(secret, one) <= 10**6
    assert 0 <= grading_seed(secret, one, other) < 2**63
    assert grading_seed(secret, one, other) == grading_seed(secret, one, other)
    assert grading_seed(secret + b"x", one, other) != grading_seed(secret, one, other)
    if one != other:
        assert grading_seed(secret, one, "lab05.rrf") != grading_seed(secret, other, "lab05.rrf")
        assert grading_seed(secret, "ada", one) != grading_seed(secret, "ada", other)


def test_seeds_never_change() -> None:
    """A released course would otherwise give its learners other worlds and other grades."""
    assert world_seed(SECRET, "ada") == 678915
    assert grading_seed(SECRET, "ada", "lab05.rrf") == 5263682824967021687


def test_a_secret_comes_from_a_file_and_is_long_enough(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(SECRET + b"\r\n")
    assert read_secret(tmp_path / "secret") == SECRET
    (tmp_path / "short").write_bytes(b"short\n")
    with pytest.raises(SecretError, match="has 5 bytes"):
        read_secret(tmp_path / "short")
    with pytest.raises(SecretError, match="cannot be read"):
        read_secret(tmp_path / "missing")
