"""The command line as a person or a program meets it: replies, help, clear errors, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from groundwork.paths import DATASETS, ROOT
from groundwork.search.documents import load


def course(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a verb as the launcher does."""
    env = os.environ | {"COLUMNS": "120", "PYTHONUTF8": "1"} | environment
    command = [sys.executable, "-m", "groundwork.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)


def test_help_names_every_verb_and_is_quick_to_import() -> None:
    shown = course("--help").stdout
    for (
        verb
    ) in "ask chat tickets models doctor bench evaluate shop test lab run lint labs mutants assign grade".split():
        assert verb in shown
    heavy = ("faiss", "openai", "onnxruntime", "sklearn", "jinja2")
    program = f"import sys, groundwork.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["ask"], 2, "Missing argument"),
        (["ask", "Hello?", "--region", "mars"], 2, "'mars' is not served; choose one of us, ca, uk, eu"),
        (["ask", "Hello?", "--customer", "C9999"], 1, "no customer 'C9999'; ids look like C0001"),
        (["ask", "Hello?", "--date", "soon"], 2, "does not match the format"),
        (["ask", "Hello?", "--date", "1970-01-01"], 2, "out of range; give one from 2000-01-01"),
        (["ask", "Hello?", "--date", "2090-01-01"], 2, "out of range; give one from 2000-01-01"),
        (["tickets", "--close", "nobody"], 1, "no ticket 'nobody'"),
        (["evaluate", "answers", "--split", "train"], 2, "'train' is no split"),
        (["lint", "no-such.ipynb"], 1, "no-such.ipynb"),
        (["run", "--only", "99"], 1, "99"),
        (["assign", "no-roster.csv", "--out", "x", "--secret", "no-secret"], 1, "no-secret"),
        (["grade", "no-folder", "--roster", "no-roster.csv", "--secret", "no-secret"], 1, "no-secret"),
        (["ask", "Hello?", "--documents", "no-such-folder"], 1, "no documents folder no-such-folder"),
        (["bench", "nothing"], 2, "no benchmark 'nothing'; the parts are"),
        (["models", "fetch", "gpt-9"], 1, "gpt-9"),
        (["shop", "--seed", "x"], 2, "Invalid value for '--seed'"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_a_mistake_gets_a_clear_message_and_no_traceback(words: list[str], code: int, message: str) -> None:
    done = course(*words)
    assert done.returncode == code
    assert message in " ".join((done.stderr + done.stdout).split())
    assert "Traceback" not in done.stderr


def test_an_empty_documents_folder_is_named(tmp_path: Path) -> None:
    done = course("ask", "Hello?", "--documents", str(tmp_path))
    assert done.returncode == 1
    assert "holds no document" in done.stderr


def test_models_list_names_hash_sources_and_licences() -> None:
    shown = course("models", "list").stdout
    for word in ("all-MiniLM-L6-v2", "qwen2.5-coder-1.5b-instruct", "Apache-2.0"):
        assert word in shown


@pytest.mark.slow
def test_ask_answers_with_a_verbatim_quote_on_the_real_models() -> None:
    done = course("ask", "How long do I have to return a tent?", "--region", "us", "--date", "2026-09-15", "--json")
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert set(reply) == {"kind", "text", "citations", "confidence", "reason", "seconds", "id"}
    assert reply["kind"] == "answer"
    documents = {document.id: document for document in load(DATASETS / "shop" / "documents").documents}
    for citation in reply["citations"]:
        assert set(citation) == {"document", "title", "start", "end", "quote", "rule"}
        assert citation["rule"].startswith("in force since 2026-")
        assert documents[citation["document"]].text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"] in reply["text"]


@pytest.mark.slow
@pytest.mark.parametrize("question", ["", "tent " * 20_000, "caf\udce9"])
def test_a_bad_question_gets_a_reason_and_no_traceback(question: str) -> None:
    done = course("ask", question, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kind"] == "refuse"


@pytest.mark.slow
def test_chat_ends_at_an_empty_line() -> None:
    command = [sys.executable, "-m", "groundwork.cli", "chat"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        input="Wie lange ist die Garantie für das Zelt?\n\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Handed to a person" in done.stdout
