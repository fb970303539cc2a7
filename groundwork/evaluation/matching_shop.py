"""The shop's sentences and their expected questions as items to learn from, beside those of `matching`.

A model that has learned on other companies' pages learns this shop's words for things from the questions that are
expected of its pages: synthetic queries with near sentences as wrong answers (Wang et al., "GPL", arXiv 2112.07577).
And it learns what no page says from the questions that the pages leave open. No golden question has a part in it. Pages
of several worlds are used in turn, so that no fee or date is worth remembering.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from groundwork.assistant.sentences import cut, hearsay
from groundwork.evaluation.matching import Item, by_cosine, held_out, nearest_first
from groundwork.evaluation.matching import load as load_pages
from groundwork.evaluation.search import folded, world_of
from groundwork.models.cross_encoder import KNOWN, Passage
from groundwork.search.asked import nameless
from groundwork.search.chunks import chunks
from groundwork.search.documents import Document, load
from groundwork.search.expected import Expected, default_expected
from groundwork.search.index import Encoder, Hit
from groundwork.search.open_questions import default_open_questions
from groundwork.shop.world import World

WORLDS = (0, 101, 102)  # the house world and two that nothing is measured on
NEAREST = 24  # other sentences of the shop that compete in an item
NONE = 5  # of so many questions, one is shown without its sentence
UNKNOWN = 8  # of so many items, one shows no expected questions
OF_PRODUCTS = 12  # of so many questions about a product, one is used: the pages of a family are alike
OTHERS = 10  # for so many of the shop's items, one of another company
BLOCK = 512  # questions compared with all sentences at a time
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Stated:
    """A sentence of the shop with its expected questions, where it stands, and the facts that it states.

    `product` is the name of the product whose page it stands on, or "".
    """

    passage: Passage
    document: str
    product: str
    facts: frozenset[str]


def stated(world: World, expected: Expected) -> list[Stated]:
    """Every sentence that a customer may read, of rules that are not superseded."""

    def known(document: Document, sentence: str) -> dict[str, float]:
        return dict.fromkeys(expected.of(document, sentence), 0.0)

    facts: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for item in world.evidence:
        facts.setdefault(item.document, []).append((folded(item.quote), item.facts))
    found: dict[tuple[str, int], Stated] = {}
    for document in load(world.folder / "documents").documents:
        if document.audience != "public" or document.kind == "superseded":
            continue
        hits = [Hit(chunk, 0.0, None, None, 0.0, 0.0, current=True) for chunk in chunks(document)]
        for one in (one for hit in hits if not hearsay(hit) for one in cut(hit, 1, known)):
            text = folded(one.quote.text)
            says = frozenset(name for said, names in facts.get(document.id, []) if said in text for name in names)
            title = document.title if document.kind == "product" else ""
            found.setdefault((document.id, one.quote.start), Stated(one.passage, document.id, title, says))
    return list(found.values())


def mixed(encoder: Encoder, seed: int = 0) -> list[Item]:
    """What to learn from: every expected and unanswered question once, with the sentences of one of the worlds.

    And a tenth as many items of other companies, so that what was learned from those is kept.
    """
    unanswered = default_open_questions()["unanswered"]
    own = [
        item
        for place, seed in enumerate(WORLDS)
        for item in items_of(stated(world_of(seed), default_expected()), unanswered, encoder, place, len(WORLDS))
    ]
    others = [item for item in load_pages() if not held_out(item)]
    some = random.Random(seed).sample(others, min(len(own) // OTHERS, len(others)))  # noqa: S311 - no secret
    return own + nearest_first(some, by_cosine(encoder))


def items_of(
    sentences: Sequence[Stated], unanswered: Sequence[str], encoder: Encoder, place: int, worlds: int
) -> Iterator[Item]:
    """The questions that fall to one world, with the sentences nearest to each; what states the same is left out.

    Near are those that say much the same, and those of which much the same question is expected.
    """
    pairs: list[tuple[str, Stated | None]] = [
        (question, one)
        for one in sentences
        for question in one.passage.asked
        if not one.product or drawn(f"p{question}", OF_PRODUCTS) == 0
    ]
    pairs = [pair for pair in [*pairs, *((text, None) for text in unanswered)] if drawn(pair[0], worlds) == place]
    said = encoder.encode([f"{one.passage.heading}: {one.passage.text}" for one in sentences], progress=True)
    known = Known(sentences, encoder)
    for start in range(0, len(pairs), BLOCK):
        block = pairs[start : start + BLOCK]
        by_text = encoder.encode([question for question, _ in block]) @ said.T
        by_question = known.cosines(block)
        for (question, right), texts, asked in zip(block, by_text, by_question, strict=True):
            likeness = known.best(asked)
            near = np.stack([np.argsort(-texts)[:NEAREST], np.argsort(-likeness)[:NEAREST]]).T.ravel()
            others = [sentences[one] for one in dict.fromkeys(near.tolist()) if rivals(right, sentences[one])]
            shown = () if right is None or drawn(f"n{question}", NONE) == 0 else (right,)
            passages = tuple(known.seen(question, one, asked) for one in (*shown, *others[:NEAREST]))
            yield Item(question, passages, frozenset(range(len(shown))), right.document if right else "")


class Known:
    """The expected questions of sentences, with "it" for a product's name, and how near they are to others."""

    def __init__(self, sentences: Sequence[Stated], encoder: Encoder) -> None:
        self._sentences, self._encoder = sentences, encoder
        texts: dict[str, int] = {}
        owned = [(row, text) for row, one in enumerate(sentences) for text in one.passage.asked]
        for row, text in owned:
            texts.setdefault(itself(text, sentences[row]), len(texts))
        self._texts = texts
        self._owner = np.array([row for row, _ in owned])
        self._column = np.array([texts[itself(text, sentences[row])] for row, text in owned])
        self._vectors = encoder.encode(list(texts), progress=True)

    def cosines(self, asked: Sequence[tuple[str, Stated | None]]) -> Floats:
        """Cosines of questions (each with its sentence) with every expected one, float32 (n, questions)."""
        texts = [itself(question, one) if one else question for question, one in asked]
        return np.asarray(self._encoder.encode(texts) @ self._vectors.T)

    def best(self, cosines: Floats) -> Floats:
        """For each sentence, the highest cosine of its questions, float32 (sentences,); 0 without any."""
        found = np.zeros(len(self._sentences), np.float32)
        np.maximum.at(found, self._owner, cosines[self._column])
        return found

    def seen(self, question: str, one: Stated, cosines: Floats) -> Passage:
        """A passage with the questions that are nearest to the one asked, but without that one.

        In some items, passages have no questions at all, as the pages of a company that keeps none.
        """
        if drawn(f"a{question}", UNKNOWN) == 0:
            return one.passage._replace(asked=())
        others = [text for text in one.passage.asked if text != question]
        others.sort(key=lambda text: -cosines[self._texts[itself(text, one)]])
        return one.passage._replace(asked=tuple(others[:KNOWN]))


def itself(text: str, one: Stated) -> str:
    """A question with "it" for the product of the page."""
    return nameless(text, one.product) if one.product else text


def rivals(right: Stated | None, other: Stated) -> bool:
    """Whether another sentence does not answer what this one does, as far as facts and questions tell."""
    if right is None:
        return True
    same = right.facts & other.facts or set(right.passage.asked) & set(other.passage.asked)
    return not same and right.passage.text != other.passage.text


def drawn(text: str, among: int) -> int:
    """A number below `among` that depends on the text alone."""
    return int(sha256(text.encode()).hexdigest(), 16) % among
