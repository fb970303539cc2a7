"""The last look at a reply, by rules alone: what does not keep the promises is not sent.

It trusts no part: quotes are cut anew from the documents that the asker may read, and whatever a text holds beyond
them is searched for numbers, addresses, links and markup. What fails here goes to a person.

What it does not promise: that the words between the numbers say what the quote says. A text without any number,
address or link may be any prose; only `verify`, and quoting word for word, speak for that.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from groundwork.assistant.claims import AROUND, LINK, tokens
from groundwork.assistant.reply import Asker, Citation, Reply
from groundwork.search.documents import Document, Heading

LONGEST, QUOTE, QUOTES = 2_000, 1_000, 10  # characters of a reply and of a quote, and how many quotes
ALLOWED = ("alderwren.example",)  # hosts that a link or an e-mail address may lead to
MARKUP = re.compile(r"<\s*/?\s*[a-z!?]|!\[|\]\s*\(|\]\s*:\s*\S|\[/?(?:url|img)\b|&#|&[a-z]+;", re.IGNORECASE)
DISGUISED = re.compile(r"[\[({]\s?(?:at|dot)\s?[\])}]|\bdot\s(?:com|net|org|io|example)\b", re.IGNORECASE)
# What no reader sees, though it is no control character: line separators, fillers, selectors of variants.
BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
TYPOGRAPHY = "’‘“”–—…"
BEGINS, ENDS = re.compile(r"(?:\A|\s)[\"“‘(\[]*\Z"), re.compile(r"[.,;:!?\"”’)\]…]*(?:\Z|\s)")
PROBABILITY = re.compile(r"[01]\.\d\d")


def broken_promises(reply: Reply, documents: Mapping[str, Document], asker: Asker, records: Sequence[str]) -> list[str]:
    """What is wrong with a reply; empty if nothing is. `documents`: those that the asker may read, by id.

    `records` are texts of the asker's own, such as the lines of their order, whose numbers may be said too. A text
    that quotes nothing may say what stands in a title or a heading, so that it can ask which is meant.
    """
    if wrong := unclean(reply.text):
        return wrong  # no further look at what may be endless
    if reply.kind == "answer":
        wrong = misquoted(reply.citations, documents, asker)
        return wrong or unfounded(reply.text, [*(citation.quote for citation in reply.citations), *records])
    if reply.citations:
        return [f"a reply of kind {reply.kind} cites"]
    current = [document for document in documents.values() if in_force(document, asker)]
    known = set().union(*(topics(document.title, document.headings) for document in current))
    return unfounded(reply.text, records, known)


def misquoted(citations: Sequence[Citation], documents: Mapping[str, Document], asker: Asker) -> list[str]:
    """What is wrong with an answer's quotes."""
    if not 0 < len(citations) <= QUOTES:
        return [f"an answer with {len(citations)} quotes"]
    return [wrong for citation in citations if (wrong := misquote(citation, documents.get(citation.document), asker))]


def misquote(citation: Citation, source: Document | None, asker: Asker) -> str:
    """What is wrong with a quote, or nothing."""
    if source is None or source.title != citation.title:
        return "a document is cited that the asker may not read, or that there is not"
    if not in_force(source, asker):
        return f"{source.id} is not in force for the asker"
    if not verbatim(citation, source.text):
        return f"a quote is not what {source.id} says"
    return "; ".join(unclean(citation.quote))


def in_force(document: Document, asker: Asker) -> bool:
    """Whether a document is the rule for the asker's day and region."""
    return document.in_force(asker.date) and document.applies_in(asker.region)


def verbatim(citation: Citation, text: str) -> bool:
    """Whether a quote is the span of the text that it says, short, and of whole words: "45" is not in "145.50"."""
    start, end = citation.start, citation.end
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= min(len(text), start + QUOTE)):
        return False
    whole = BEGINS.search(text[max(0, start - 4) : start] if start else "") and ENDS.match(text, end)
    return bool(whole) and text[start:end] == citation.quote and any(map(str.isalnum, citation.quote))


def unfounded(text: str, sources: Iterable[str], known: Iterable[str] = ()) -> list[str]:
    """Numbers, addresses and letters of other scripts in a text that stand neither in its sources nor in `known`."""
    sources = list(sources)
    strange = sorted(tokens(text).difference(known, *map(tokens, sources)))
    found = [f"the text says {item[:60]!r}, which nothing that it rests on does" for item in strange[:5]]
    letters = {letter for letter in text if not letter.isascii()}.difference(TYPOGRAPHY, known, *sources)
    return found + ([f"letters from elsewhere: {''.join(sorted(letters))[:20]!r}"] if letters else [])


def unclean(text: str) -> list[str]:
    """Markup, links outside the list, hidden characters, more than a reply may hold."""
    if not text.strip() or len(text) > LONGEST:
        return [f"a text of {len(text):,} characters"]
    found = []
    if MARKUP.search(text):
        found.append("markup")
    if BLANK.search(text) or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") and c != "\n" for c in text):
        found.append("hidden characters")
    if DISGUISED.search(text) or not all(allowed_link(word) for word in text.split() if LINK.search(word)):
        found.append("a link or an address that is not ours")
    return found


def allowed_link(word: str) -> bool:
    """Whether a link leads to one of our hosts over https, or is an e-mail address there."""
    match = re.fullmatch(r"(?:https://|www\.|[\w.+-]+@)?(?P<host>[a-z0-9.-]+)(?:[/?#].*)?", word.strip(AROUND), re.I)
    host = match["host"].lower() if match else ""
    return any(host == ours or host.endswith(f".{ours}") for ours in ALLOWED)


def showable(reason: str, sizes: str) -> bool:
    """Whether a reason may be shown to the asker: plain words, no numbers but probabilities and those in `sizes`."""
    words = " ".join(word for word in reason.split() if not PROBABILITY.fullmatch(word.strip(AROUND)))
    return not unclean(reason) and not unfounded(words, [sizes])


@lru_cache(maxsize=10_000)
def topics(title: str, headings: tuple[Heading, ...]) -> frozenset[str]:
    """The tokens and foreign letters of a document's title and headings; remembered, since there are many."""
    text = "\n".join([title, *(heading.text for heading in headings)])
    return frozenset(tokens(text) | {letter for letter in text if not letter.isascii()})
