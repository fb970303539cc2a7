"""The assistant's guarantees as properties, with an adversary in the place of the model and of each part.

What is not promised: that words without any number, link or name of a document are true; see
`groundwork.assistant.guard`. Every run tries the same cases.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundwork.assistant.budget import Budget
from groundwork.assistant.core import UNSAFE, WITHHELD, Assistant, Parts, TicketsInMemory
from groundwork.assistant.desk import assistant_over
from groundwork.assistant.reply import Asker, Draft, Reply, Stage, Support, Verdict
from groundwork.models.embed import default_embedder
from groundwork.paths import SHOP_DOCUMENTS
from groundwork.search.documents import Corpus, load
from groundwork.search.index import Index
from groundwork.search.rerank import Reranker
from groundwork.shop.world import World
from tests.assistant.adversary import (
    ASKED,
    ASKERS,
    DECISIONS,
    FILES,
    ODD,
    QUESTIONS,
    SECRETS,
    Hall,
    broken,
    drafts,
    either,
    hall_in,
    hits,
    sentence,
    supports,
    verdicts,
)
from tests.assistant.tiny import DAY, TENTS, FixedJudge, assistant_of, parts_of, public
from tests.conftest import WordEncoder

CASES = {"model": 700, "answer": 1_300, "parts": 1_000, "deleted": 150}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return hall_in(tmp_path_factory.mktemp("hall"))


def asked(hall: Hall, assistant: Assistant, question: Any, asker: Asker) -> Reply:
    """A reply that keeps the promises, and its ticket if there has to be one."""
    tickets = TicketsInMemory()
    assistant.tickets = tickets
    reply = assistant.ask(question, asker)
    where = asker if asker.region else replace(asker, region={"uk": "uk"}.get("uk" if "UK" in str(question) else ""))
    assert broken(hall, reply, where, question if isinstance(question, str) else "") == []
    assert list(tickets.kept) == ([reply.id] if reply.kind == "escalate" else [])
    for ticket in tickets.kept.values():
        assert not any(secret in ticket.found for secret in SECRETS)
        assert len(ticket.why) <= 2_000
        assert len(ticket.question) < 11_000
    return reply


def many(count: int, run: Callable[..., None], **strategies: Any) -> int:
    """Run a property on `count` cases, and say on how many it ran."""
    ran = 0

    @settings(max_examples=count, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(**strategies)
    def case(**values: Any) -> None:
        nonlocal ran
        ran += 1
        run(**values)

    case()
    return ran


# --- the properties --------------------------------------------------------------------------------------------------


def test_whatever_the_model_returns_the_promises_are_kept(hall: Hall) -> None:
    errors = st.sampled_from(
        [RuntimeError(SECRETS[0]), TimeoutError(), SystemExit(3), MemoryError(), KeyError(SECRETS[1])]
    )
    keys = st.one_of(st.sampled_from(["yes", "no", "A", "B", "C", "D", "", "y" * 100_000]), st.text(max_size=3))
    garbage = st.dictionaries(st.one_of(keys, st.integers()), st.one_of(st.floats(), ODD), max_size=4)
    sure = either(1, st.floats(0, 1), 1, st.floats(0.7, 1)).map(lambda p: {"yes": p, "no": 1 - p})
    kinds: Counter[str] = Counter()

    def run(said: Any, question: str, asker: Asker) -> None:
        class Judge(FixedJudge):
            def choice_probabilities(self, messages: Sequence[dict[str, str]], choices: Sequence[str]) -> Any:
                self.prompts.append(str(messages))
                if isinstance(said, BaseException):
                    raise said
                return said

        judge = Judge()
        reply = asked(hall, assistant_of(hall.index, judge), question, asker)
        kinds[reply.kind] += 1
        assert len(judge.prompts) <= Budget().calls
        assert not any(secret in prompt and secret not in question for prompt in judge.prompts for secret in SECRETS)

    said = either(6, sure, 2, garbage, 1, ODD, 1, errors)
    assert many(CASES["model"], run, said=said, question=ASKED, asker=ASKERS) >= CASES["model"]
    assert min(kinds[kind] for kind in ("answer", "escalate", "refuse", "clarify")) >= 5


@pytest.mark.slow
def test_whatever_the_answering_part_returns_the_promises_are_kept(hall: Hall) -> None:
    kinds: Counter[str] = Counter()
    honest = parts_of(hall.index, FixedJudge())

    def run(made: Any, chance: float, asker: Asker) -> None:
        parts = replace(
            honest, answer=lambda *_: made, verify=lambda *_: Support(chance, "So it is."), decide=lambda *_: "answer"
        )
        reply = asked(hall, Assistant(parts, public(hall.index)), TENTS, asker)  # type: ignore[arg-type]
        kinds[reply.kind] += 1
        assert reply.kind == "escalate" or 0 <= chance <= 1

    chances = either(6, st.floats(0, 1), 1, st.floats())
    ran = many(CASES["answer"], run, made=drafts(hall), chance=chances, asker=ASKERS)
    assert ran >= CASES["answer"]
    assert min(kinds["answer"], kinds["escalate"]) >= ran // 20  # both ends are reached, or nothing was tested


@pytest.mark.slow
def test_whatever_every_part_returns_the_promises_are_kept(hall: Hall) -> None:
    kinds: Counter[str] = Counter()
    judge = FixedJudge()
    honest = parts_of(hall.index, judge)
    made = st.fixed_dictionaries(
        {},
        optional={
            "screen": verdicts(hall),
            "retrieve": hits(hall),
            "answer": drafts(hall),
            "verify": supports(hall),
            "decide": DECISIONS,
        },
    )

    def run(returned: dict[str, Any], question: Any, asker: Asker) -> None:
        judge.prompts.clear()
        parts: Parts = replace(honest, **{name: (lambda *_, value=value: value) for name, value in returned.items()})
        reply = asked(hall, Assistant(parts, public(hall.index)), question, asker)  # type: ignore[arg-type]
        kinds[reply.kind] += 1
        # Whatever is retrieved, no part after it sees what the asker may not read.
        assert not any(secret in prompt for prompt in judge.prompts for secret in SECRETS)

    question = either(5, st.sampled_from(QUESTIONS), 1, ODD)
    assert many(CASES["parts"], run, returned=made, question=question, asker=ASKERS) >= CASES["parts"]
    assert min(kinds[kind] for kind in ("answer", "escalate", "refuse", "clarify")) >= 5


def test_enough_cases_are_tried() -> None:
    assert sum(CASES.values()) >= 3_000  # each of the properties asserts that it ran its share


@pytest.mark.parametrize("size", [2_500, 1_000_000])
@pytest.mark.parametrize("piece", ["a", "1 ", "a.", "two ", "a@", "http://", "<", "\u200b", "45 days ", "Aa Bb "])
def test_megabytes_are_handed_over(hall: Hall, piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    honest = parts_of(hall.index, FixedJudge())
    chunk = next(chunk for chunk in hall.chunks if chunk.document.id == "returns")
    long = Draft(text, (sentence(chunk, 0),), considered=(sentence(chunk, 0),))
    for changes in (
        {"answer": lambda *_: long},
        {"verify": lambda *_: Support(0.9, text, text)},
        {"screen": lambda *_: Verdict("refuse", text)},
    ):
        reply = asked(hall, Assistant(replace(honest, **changes), public(hall.index)), TENTS, Asker(None, "us", DAY))  # type: ignore[arg-type]
        assert reply.kind == "escalate"


def test_a_model_that_hangs_costs_its_time_and_no_more(hall: Hall) -> None:
    release = threading.Event()

    class Hanging(FixedJudge):
        def choice_probabilities(self, messages: Any, choices: Any) -> dict[str, float]:
            self.prompts.append("")
            release.wait(60)
            return {"yes": 1.0}

    judge, tickets = Hanging(), TicketsInMemory()
    assistant = assistant_of(hall.index, judge, tickets, budget=Budget(seconds=0.5, hanging=2))
    try:
        replies = [assistant.ask(TENTS, Asker(None, "us", DAY)) for _ in range(5)]
    finally:
        release.set()
    assert [reply.kind for reply in replies] == ["escalate"] * 5
    assert [reply.id for reply in replies] == list(tickets.kept)
    assert len(judge.prompts) <= 2  # those after the second do not wait for it
    assert ["still hang" in ticket.why for ticket in tickets.kept.values()] == [False, False, True, True, True]


def test_the_model_is_asked_no_more_than_the_budget_grants(hall: Hall) -> None:
    judge, tickets = FixedJudge(0.2), TicketsInMemory()
    two = f"{TENTS} And what does a prepaid label cost?"
    for budget in (Budget(calls=1), Budget(tokens=20)):
        reply = assistant_of(hall.index, judge, tickets, budget=budget).ask(two, Asker(None, "us", DAY))
        assert reply.kind == "escalate"
    assert len(judge.prompts) <= 1
    assert all("BudgetError" in ticket.why for ticket in tickets.kept.values())


# --- what may not be read might as well not be there -----------------------------------------------------------------


def without_times(reply: Reply) -> dict[str, Any]:
    """All of a reply but its id and how long it took."""
    still = Stage("", "", "", 0.0)
    stages = [replace(stage, seconds=still.seconds, start=still.start) for stage in reply.trace]
    return {**vars(replace(reply, id="", seconds=0.0)), "trace": stages}


def test_replies_are_the_same_with_all_unreadable_documents_deleted(hall: Hall, tmp_path: Path) -> None:
    for name, text in FILES.items():
        if "audience: staff" not in text:
            (tmp_path / name).write_text(text, encoding="utf-8")
    rest = Index.build(load(tmp_path), WordEncoder())
    assert len(rest.corpus.documents) == len(FILES) - 1
    words = sorted({word for text in FILES.values() for word in re.findall(r"[A-Za-z]{2,}", text)})
    asked_for = st.one_of(
        st.sampled_from(QUESTIONS), st.lists(st.sampled_from(words), min_size=1, max_size=9).map(" ".join)
    )
    kinds: Counter[str] = Counter()

    def run(question: str, yes: float, asker: Asker) -> None:
        replies = [assistant_of(index, FixedJudge(yes)).ask(question, asker) for index in (hall.index, rest)]
        assert without_times(replies[0]) == without_times(replies[1])
        kinds[replies[0].kind] += 1

    assert many(CASES["deleted"], run, question=asked_for, yes=st.floats(0, 1), asker=ASKERS) >= CASES["deleted"]
    assert min(kinds["answer"], kinds["escalate"]) >= 10


def with_words(documents: Corpus) -> Assistant:
    """Everything of the shop but the models: word counts in their places."""
    return assistant_of(Index.build(documents, WordEncoder()), FixedJudge(0.6))


def with_models(documents: Corpus) -> Assistant:
    """As customers meet it, with the real embedding model, reranker and cross-encoder; the chat model says yes."""
    encoder = default_embedder()
    return assistant_over(
        Index.build(documents, encoder, reranker=Reranker.load()), encoder, FixedJudge(0.99), answer_at=0.5
    )


@pytest.mark.slow
@pytest.mark.parametrize(("make", "every", "answers"), [(with_words, 2, 100), (with_models, 10, 15)])
def test_the_shops_replies_are_the_same_with_all_unreadable_documents_deleted(
    make: Callable[[Corpus], Assistant], every: int, answers: int
) -> None:
    world = World()
    corpus = load(SHOP_DOCUMENTS)
    rest = replace(corpus, documents=[document for document in corpus.documents if document.audience == "public"])
    assert 0 < len(rest.documents) < len(corpus.documents)
    asked_for = [(question.text, Asker(None, question.region, question.date)) for question in world.questions[::every]]
    asked_for += [(attack.turns[0], Asker(None, "us", DAY)) for attack in world.attacks[:: 4 * every]]
    assert len(asked_for) >= 600 / every
    kinds: Counter[str] = Counter()
    replies = []
    for documents in (corpus, rest):
        assistant = make(documents)
        replies.append([without_times(assistant.ask(question, asker)) for question, asker in asked_for])
    for (question, _), left, right in zip(asked_for, *replies, strict=True):
        assert left == right, question
        assert left["reason"] not in (UNSAFE, WITHHELD), question  # the guard has nothing against honest replies
        kinds[left["kind"]] += 1
    assert kinds["answer"] >= answers
