"""The shop's sentences and their expected questions as items to learn from, beside those of `matching`.

A model that has learned on other companies' pages learns this shop's words for things from the questions that are
expected of its pages: synthetic queries with near sentences as wrong answers (Wang et al., "GPL", arXiv 2112.07577).
No golden question has a part in it. Pages of several worlds are used in turn, so that no fee or date is worth
remembering.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from groundwork.assistant.sentences import cut, hearsay
from groundwork.evaluation.matching import Item, held_out
from groundwork.evaluation.matching import load as load_pages
from groundwork.evaluation.search import folded, world_of
from groundwork.models.cross_encoder import Passage
from groundwork.search.chunks import chunks
from groundwork.search.documents import load
from groundwork.search.expected import Expected, default_expected
from groundwork.search.index import Encoder, Hit
from groundwork.shop.world import World

WORLDS = (0, 101, 102)  # the house world and two that nothing is measured on
NEAREST = 24  # other sentences of the shop that compete in an item
NONE = 5  # of so many questions, one is shown without its sentence
UNKNOWN = 8  # of so many items, one shows no expected questions
OF_PRODUCTS = 12  # of so many questions about a product, one is used: the pages of a family are alike
OTHERS = 10  # for so many of the shop's items, one of another company
BLOCK = 512  # questions compared with all sentences at a time


@dataclass(frozen=True)
class Stated:
    """A sentence of the shop with its expected questions, where it stands, and the facts that it states."""

    passage: Passage
    document: str
    kind: str
    facts: frozenset[str]


def stated(world: World, expected: Expected) -> list[Stated]:
    """Every sentence that a customer may read, of rules that are not superseded."""
    facts: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for item in world.evidence:
        facts.setdefault(item.document, []).append((folded(item.quote), item.facts))
    found: dict[tuple[str, int], Stated] = {}
    for document in load(world.folder / "documents").documents:
        if document.audience != "public" or document.kind == "superseded":
            continue
        hits = [Hit(chunk, 0.0, None, None, 0.0, 0.0, current=True) for chunk in chunks(document)]
        for one in (one for hit in hits if not hearsay(hit) for one in cut(hit, 1, expected)):
            text = folded(one.quote.text)
            says = frozenset(name for said, names in facts.get(document.id, []) if said in text for name in names)
            found.setdefault((document.id, one.quote.start), Stated(one.passage, document.id, document.kind, says))
    return list(found.values())


def mixed(encoder: Encoder, seed: int = 0) -> list[Item]:
    """What to learn from: every expected question once, with the sentences of one of the worlds.

    And a tenth as many items of other companies, so that what was learned from those is kept.
    """
    own = [
        item
        for place, seed in enumerate(WORLDS)
        for item in items_of(stated(world_of(seed), default_expected()), encoder, place, len(WORLDS))
    ]
    others = [item for item in load_pages() if not held_out(item)]
    return own + random.Random(seed).sample(others, min(len(own) // OTHERS, len(others)))  # noqa: S311 - no secret


def items_of(sentences: Sequence[Stated], encoder: Encoder, place: int, worlds: int) -> Iterator[Item]:
    """The questions that fall to one world, with the sentences nearest to each; what states the same is left out."""
    pairs = [
        (question, row)
        for row, one in enumerate(sentences)
        for question in one.passage.asked
        if drawn(question, worlds) == place and (one.kind != "product" or drawn(f"p{question}", OF_PRODUCTS) == 0)
    ]
    texts = [f"{one.passage.heading}: {one.passage.text}" for one in sentences]
    known = encoder.encode(texts, progress=True)
    for start in range(0, len(pairs), BLOCK):
        block = pairs[start : start + BLOCK]
        near = np.argsort(-(encoder.encode([question for question, _ in block]) @ known.T), axis=1)[:, : 3 * NEAREST]
        for (question, row), order in zip(block, near, strict=True):
            right = sentences[row]
            others = [sentences[one] for one in order.tolist() if rivals(right, sentences[one])][:NEAREST]
            shown = () if drawn(f"n{question}", NONE) == 0 else (right.passage,)
            passages = (*shown, *(one.passage for one in others))
            seen = tuple(partly(question, passage) for passage in passages)
            yield Item(question, seen, frozenset(range(len(shown))), right.document)


def partly(question: str, passage: Passage) -> Passage:
    """A passage with one question less than there is: the one that is asked, or else any, so that all look alike.

    In some items, passages have no questions at all, as the pages of a company that keeps none.
    """
    known = [one for one in passage.asked if one != question]
    if drawn(f"a{question}", UNKNOWN) == 0:
        return passage._replace(asked=())
    known.sort(key=lambda one: drawn(f"{question}{one}", 2**32))
    return passage._replace(asked=tuple(known[: len(passage.asked) - 1]))


def rivals(right: Stated, other: Stated) -> bool:
    """Whether another sentence does not answer what this one does, as far as facts and questions tell."""
    same = right.facts & other.facts or set(right.passage.asked) & set(other.passage.asked)
    return not same and right.passage.text != other.passage.text


def drawn(text: str, among: int) -> int:
    """A number below `among` that depends on the text alone."""
    return int(sha256(text.encode()).hexdigest(), 16) % among
