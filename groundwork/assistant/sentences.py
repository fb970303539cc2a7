"""Hits -> the sentences that might answer, in a learned order.

Candidates are sentences, each with its exact span, since a small model copies badly: what is shown is cut from the
document. Their order is a linear model over thirty signs (`sentences.json`), fitted on practice and dev questions by
`course.py evaluate answers --fit`: how near in meaning and words, alone and with heading or neighbour, how near one of
the questions that are expected of the sentence, and whether it holds what the question is after (an amount, a
duration, a time, a name).
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundwork.assistant.opposites import opposed_and_agreed
from groundwork.assistant.reply import Quote
from groundwork.models.cross_encoder import Passage
from groundwork.search.chunks import sentences
from groundwork.search.documents import Document
from groundwork.search.index import Encoder, Hit
from groundwork.search.keyword import tokenize
from groundwork.search.linear import Linear

CHUNKS = 16  # chunks whose sentences are candidates
Known = Callable[[Document, str], Mapping[str, float]]  # a document's sentence -> expected questions, with cosines
Rarity = Callable[[Sequence[str]], Mapping[str, float]]

# What a question asks for, and how a sentence looks that holds it.
ASKS = {
    "duration": r"\b(how (long|soon|quickly|fast)|how many (?:\w+ )?(?:day|week|month|year|hour|minute|night)s|deadline"
    r"|(until )?when|within|days|weeks|months|years|hours|minutes|window|turnaround|wait)\b",
    "money": r"\b(costs?|fees?|price|pay|charge[sd]?|how much|deposit|refund|worth|dollars|pounds|euros|spend"
    r"|expensive|amount)\b",
    "percent": r"\b(percent|percentage|share|discount|off|how much|rate)\b",
    "name": r"\b(who|which|where|whose|what (company|town|city|street|address|brand|name)|address|carrier|company)\b",
    "weight": r"\b(weighs?|weight|heavy|light|luggage|kilos?|kg|grams?|add)\b",
    "count": r"\b(how many|number|limit|most|maximum|at most|cap|up to)\b",
    "clock": r"\b(what time|hours|opens?|closes?|opening|when|(un)?til what|from what|cut.?off|clock)\b",
    "age": r"\b(how old|age|years old|minimum age)\b",
}
HOLDS = {
    "duration": r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty)[\s-]"
    r"(business |working )?(day|week|month|year|hour|minute|night)s?\b",
    "money": r"[$£€]\s?\d|\d\s?(dollars|pounds|euros)",
    "percent": r"\d\s?%|percent",
    "name": r"(?<=[a-z,] )[A-Z][a-z]+",
    "weight": r"\d\s?(kg|g|grams|kilograms|kilos|lb)\b",
    "count": r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b",
    "clock": r"\b\d{1,2}([:.]\d\d)?\s?[ap]\.?m|\b\d{1,2}:\d\d|\bnoon\b|\bmidnight\b",
    "age": r"\b(age|aged|old|older|years)\b",
}
ASKING = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in ASKS.items()}
HOLDING = {name: re.compile(pattern, 0 if name == "name" else re.IGNORECASE) for name, pattern in HOLDS.items()}
UNASKED = ("duration", "percent", "money", "clock")  # held though nobody asked: a sign of another topic
COUNTABLE = re.compile(r"how|when|what time|limit|fee|price|cost", re.IGNORECASE)
NEGATION = re.compile(r"\b(not|no|never|except|unless|without|neither|nor|cannot)\b|n't", re.IGNORECASE)
EARLIER = re.compile(r"\b(earlier|previous|previously|until|before|former|used to|old rule|no longer)\b", re.IGNORECASE)
HEARSAY = re.compile(r"\b(customer )?reviews?$", re.IGNORECASE)  # the heading of what customers wrote: never an answer
POINTS_BACK = re.compile(r"(It|They|This|That|These|Then|Those)\b")


ENDS = ("opposed", "agreed")  # signs by words for the ends of a scale
BY_QUESTION = ("asked_cosine", "asked_gap", "asked_place")  # signs by the questions that are expected of a sentence


class Order(Linear):
    """The order of the sentences that might answer a question."""

    names = (
        *("cosine", "titled", "with_before", "gap", "place_by_cosine", "shared", "shared_with_before", "chunk_gap"),
        *("chunk_place", "words", "negation_differs", "earlier", "fragment", "points_back", "number"),
        *BY_QUESTION,
        *ENDS,
        *(f"asked_{name}" for name in ASKS),
        *(f"unasked_{name}" for name in UNASKED),
    )
    stored = Path(__file__).with_name("sentences.json")
    command = "course.py evaluate answers --fit"


@dataclass(frozen=True)
class Sentence:
    """A sentence that might answer: where it stands, what stands before it, and the hit that brought it.

    `asked` are questions that it is expected to answer, the nearest first, with their cosines. `rival` marks a rule of
    some region, in force there, that the asker may or may not be in: it shows that the answer depends on the region,
    and is never quoted.
    """

    quote: Quote
    before: str
    hit: Hit
    place: int
    asked: Mapping[str, float] = field(default_factory=dict)

    @property
    def rival(self) -> bool:
        """Whether it is another region's rule."""
        return not self.hit.current

    @property
    def passage(self) -> Passage:
        """The sentence as the cross-encoder reads it."""
        return Passage(" > ".join(self.hit.chunk.headings), self.before, self.quote.text, tuple(self.asked))


def unknown(document: Document, sentence: str) -> Mapping[str, float]:
    """Of a shop that keeps no expected questions."""
    return {}


def candidates(hits: Sequence[Hit], known: Known = unknown) -> list[Sentence]:
    """Every sentence of the best chunks, once; what is superseded is never a candidate.

    `known`: how customers ask for them. Questions are left out: a help article that asks itself what the customer asks
    fits best of all and says nothing.
    """
    usable = [hit for hit in hits if (hit.current or hit.chunk.document.region != "all") and not hearsay(hit)]
    found: dict[tuple[str, int], Sentence] = {}
    for place, hit in enumerate(usable[:CHUNKS], start=1):
        for one in cut(hit, place, known):
            found.setdefault((hit.chunk.document.id, one.quote.start), one)
    return list(found.values())


def cut(hit: Hit, place: int, known: Known) -> Iterator[Sentence]:
    """The sentences of a hit's chunk that are no questions."""
    text = hit.chunk.document.text
    spans = sentences(text, hit.chunk.start, hit.chunk.end)
    for span, before in zip(spans, [None, *spans], strict=False):
        quote = Quote(hit.chunk, span.start, span.end, 0.0)
        if not quote.text.endswith("?"):
            asked = known(hit.chunk.document, quote.text)
            yield Sentence(quote, text[before.start : before.end] if before else "", hit, place, asked)


def hearsay(hit: Hit) -> bool:
    """Whether customers wrote it: what stands there is searched and shown as theirs, but is not the company's word."""
    return hit.chunk.document.kind == "product" and any(HEARSAY.search(heading) for heading in hit.chunk.headings)


def features(question: str, items: Sequence[Sentence], encoder: Encoder, rarity: Rarity) -> npt.NDArray[np.float64]:
    """The signs of every candidate, float64 (n, len(Order.names)); `rarity` weighs the question's words."""
    texts = [item.quote.text for item in items]
    titled = [f"{' > '.join(item.hit.chunk.headings)}: {text}" for item, text in zip(items, texts, strict=True)]
    joined = [f"{item.before} {text}".strip() for item, text in zip(items, texts, strict=True)]
    vectors = encoder.encode([question, *texts, *titled, *joined]).astype(np.float64)
    cosines = (vectors[1:] @ vectors[0]).reshape(3, len(items))
    nearest = cosines[:2].max(axis=0)
    likeness = np.array([max(item.asked.values(), default=0.0) for item in items])
    asked = set(tokenize(question))
    weights = rarity(sorted(asked))
    top = max(item.hit.score for item in items)
    asking = {name for name, pattern in ASKING.items() if pattern.search(question)}
    rows = []
    for row, (item, text) in enumerate(zip(items, texts, strict=True)):
        words, before = set(tokenize(text)), set(tokenize(item.before))
        headings = set(tokenize(" ".join(item.hit.chunk.headings)))
        holding = {name for name, pattern in HOLDING.items() if pattern.search(text)}
        rows.append(
            (
                *cosines[:, row],
                nearest[row] - nearest.max(),
                1 / (1 + (nearest > nearest[row]).sum()),
                share(asked & words, weights),
                share(asked & (words | headings | before), weights),
                item.hit.score - top,
                1 / item.place,
                math.log1p(len(text.split())),
                bool(NEGATION.search(text)) != bool(NEGATION.search(question)),
                bool(EARLIER.search(text)),
                text[:1].islower() or len(text.split()) < 5,
                bool(POINTS_BACK.match(text)),
                "count" in holding and bool(COUNTABLE.search(question)),
                likeness[row],
                likeness[row] - likeness.max(),
                1 / (1 + (likeness > likeness[row]).sum()),
                *opposed_and_agreed(question, text),
                *(name in asking and name in holding for name in ASKS),
                *(name in holding and name not in asking for name in UNASKED),
            )
        )
    return np.array(rows, np.float64).reshape(len(items), len(Order.names))


def share(words: set[str], weights: Mapping[str, float]) -> float:
    """Which part of the question's words, by rarity, is among these."""
    return sum(weights[word] for word in words) / (sum(weights.values()) or 1.0)
