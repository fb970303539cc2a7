"""Golden and practice questions in one form: who asks what, and which drafts are right."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from groundwork.assistant.regions import placed
from groundwork.assistant.reply import Asker, Draft
from groundwork.evaluation.answers import asker_of, facts_of, misleads, stated
from groundwork.evaluation.practice import Evidence, Practice
from groundwork.evaluation.search import folded
from groundwork.search.subquestions import subquestions
from groundwork.shop.questions import matches
from groundwork.shop.records import Question
from groundwork.shop.world import World

EXPECTED = {"answer": "answer", "ambiguous": "clarify", "unanswerable": "escalate", "staff": "escalate"}
TODAY = datetime.date(2026, 9, 15)  # when golden questions are asked, too


@dataclass(frozen=True)
class Labelled:
    """A question with its right end. `evidence` holds every sentence that answers any of it.

    `topic` is what it is about: questions of one topic are learned from together, or not at all. `golden` is the
    question as it stands in the world, for those that do.
    """

    id: str
    text: str
    expected: str
    topic: str
    asker: Asker
    evidence: Evidence
    golden: Question | None = None

    def parts(self, known: Collection[str]) -> list[str]:
        """The questions in it, as the assistant reads them; `known` are the words of the documents."""
        return [placed(part, self.asker.region, known) for part in subquestions(self.text)]

    def right(self, made: Draft) -> bool:
        """Whether a part's draft quotes what answers it, gives the golden value, and quotes nothing that misleads."""
        said = [(quote.text, quote.chunk.document.id) for quote in made.quotes]
        if not stated(said, self.evidence):
            return False
        whole = self.golden is None or len(subquestions(self.text)) > 1 or matches(self.golden, made.text)
        return whole and not (self.golden and misleads(self.golden, said, self.evidence))


def golden(world: World, question: Question) -> Labelled:
    """A golden question."""
    evidence = set().union(*facts_of(world, question)) if question.expected == "answer" else set()
    topic = topic_of(question)
    return Labelled(
        question.id, question.text, question.expected, topic, asker_of(question), frozenset(evidence), question
    )


def practiced(world: World, questions: Sequence[Practice]) -> list[Labelled]:
    """Practice questions: what states the same fact as a labelled sentence is right, too.

    Whoever asks for a country's rule is there.
    """
    stating: dict[str, set[tuple[str, str]]] = {}
    for item in world.evidence:
        for fact in item.facts:
            stating.setdefault(fact, set()).add((item.document, folded(item.quote)))
    found = []
    for one in questions:
        said = frozenset[tuple[str, str]]().union(*one.asked)
        regions = {world.documents[document]["region"] for document, _ in said} - {"all"}
        asker = Asker(region=regions.pop() if len(regions) == 1 else None, date=TODAY)
        topic = min((document for document, _ in said), default=one.id)
        evidence = said.union(*(same for same in stating.values() if same & said))
        found.append(Labelled(one.id, one.text, EXPECTED[one.kind], topic, asker, evidence))
    return found


def topic_of(question: Question) -> str:
    """What a golden question is about; questions of a topic stay together when dev is divided."""
    first = question.facts[0].removeprefix("past.")
    return (
        first.split(".")[1]
        if question.kind in ("product", "ambiguous", "unanswerable", "staff")
        else first.split(".")[0]
    )
