"""Which sentence of a page answers? `course.py evaluate matching`: the data to learn it from, and how well.

`datasets/matching/` holds help pages of some hundred made-up companies, none of them the shop, with questions and the
numbers of the sentences that answer them, or "none". The cross-encoder is fitted on nine pages in ten and measured on
the tenth; the shop's golden questions have no part in either.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundwork.errors import GroundworkError
from groundwork.evaluation.rows import Row
from groundwork.evaluation.statistics import bootstrap_statistic, wilson_interval
from groundwork.models.cross_encoder import CrossEncoder, Passage
from groundwork.paths import DATASETS
from groundwork.search.index import Encoder
from groundwork.search.keyword import tokenize

FOLDER = DATASETS / "matching"
ASKED = re.compile(r"\? (.+) => (none|\d+(?:, ?\d+)*)")
HELD_OUT = 10  # one page in so many is not fitted on
Scores = npt.NDArray[np.float64]
Scorer = Callable[[str, Sequence[Passage]], Scores]


class MatchingError(GroundworkError):
    """A file of pages that cannot be read; names the file and the line."""

    exit_code = 2


@dataclass(frozen=True)
class Item:
    """A question, the sentences of its page, and which of them answer it (none, if none does)."""

    question: str
    passages: tuple[Passage, ...]
    right: frozenset[int]
    page: str


def load(folder: Path = FOLDER) -> list[Item]:
    """Every question of every page, in the order of the files. Raises MatchingError."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise MatchingError(f"{folder} holds no pages (*.txt). Restore the folder from the project.")
    return [item for path in paths for item in items_of(path)]


def items_of(path: Path) -> Iterator[Item]:
    """A file's questions: pages of `# title`, `## heading`, `- sentence` and `? question => 3, 7` or `=> none`."""
    for number, block in pages_of(path):
        title, heading, passages = block[0].removeprefix("# "), "", list[Passage]()
        subject = title.rpartition(" – ")[2]
        for offset, line in enumerate(block[1:], start=number + 1):
            if line.startswith("## "):
                heading = line.removeprefix("## ")
            elif line.startswith("- "):
                above = f"{subject} > {heading}" if heading else subject
                before = passages[-1].text if passages and passages[-1].heading == above else ""
                passages.append(Passage(above, before, line.removeprefix("- ")))
            elif match := ASKED.fullmatch(line):
                right = frozenset(int(place) - 1 for place in re.findall(r"\d+", match[2]))
                if not right <= set(range(len(passages))):
                    raise MatchingError(f"{path}:{offset}: {title!r} has no such sentence: {line!r}")
                yield Item(match[1], tuple(passages), right, title)
            elif line:
                raise MatchingError(f"{path}:{offset}: neither `# `, `## `, `- ` nor `? … => …`: {line!r}")


def pages_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines of each page, from its title on, with the number of the first one."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise MatchingError(f"{path} can't be read: {error}") from None
    starts = [number for number, line in enumerate(lines) if line.startswith("# ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start + 1, lines[start:end]


def held_out(item: Item) -> bool:
    """Whether an item's page is kept for measuring: by its title, so that a new page moves no other."""
    return int(hashlib.sha256(item.page.encode()).hexdigest(), 16) % HELD_OUT == 0


def nearest_first(items: Sequence[Item], nearness: Scorer) -> list[Item]:
    """The items with their sentences in order: those that answer, then the others, the nearest first."""
    found = []
    for item in items:
        scores = nearness(item.question, item.passages)
        order = sorted(range(len(item.passages)), key=lambda row: (row not in item.right, -scores[row]))
        passages = tuple(item.passages[row] for row in order)
        found.append(Item(item.question, passages, frozenset(range(len(item.right))), item.page))
    return found


def by_words(question: str, passages: Sequence[Passage]) -> Scores:
    """The share of the question's words that a sentence and its heading repeat."""
    asked = set(tokenize(question))
    return np.array([len(asked & set(tokenize(f"{one.heading} {one.text}"))) / (len(asked) or 1) for one in passages])


def by_cosine(encoder: Encoder) -> Scorer:
    """The cosine of question and sentence with its heading, by the embedding model."""

    def scores(question: str, passages: Sequence[Passage]) -> Scores:
        vectors = encoder.encode([question, *(f"{one.heading}: {one.text}" for one in passages)]).astype(np.float64)
        return np.asarray(vectors[1:] @ vectors[0])

    return scores


def evaluate(encoder: Encoder, model: CrossEncoder) -> list[Row]:
    """The right sentence first, and whether any answers, on the pages held out: words, cosine, cross-encoder."""
    items = [item for item in load() if held_out(item)]
    scorers: dict[str, Scorer] = {"words": by_words, "cosine": by_cosine(encoder), "cross-encoder": model.scores}
    found = {name: [scorer(item.question, item.passages) for item in items] for name, scorer in scorers.items()}
    return [row for name, scores in found.items() for row in rows_of(name, items, scores)]


def rows_of(name: str, items: Sequence[Item], scores: Sequence[Scores]) -> list[Row]:
    """Two figures of one scorer: how often its first is right, and how well its best score tells none from some."""
    firsts = [int(np.argmax(one)) in item.right for item, one in zip(items, scores, strict=True) if item.right]
    first = wilson_interval(sum(firsts), len(firsts))
    best = np.array([one.max() for one in scores])
    some = np.array([bool(item.right) for item in items])
    auroc = bootstrap_statistic(lambda rows: area(best[rows], some[rows]), len(items))
    return [
        Row(f"right sentence first, {name}", first.value, "", first.low, first.high, first.n),
        Row(f"AUROC of answerable, {name}", auroc.value, "", auroc.low, auroc.high, len(items)),
    ]


def area(scores: Scores, truth: npt.NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a true one scores above a false one (ties count half)."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))
