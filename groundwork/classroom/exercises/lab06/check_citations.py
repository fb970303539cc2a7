"""`check_citations(citations, documents, asker)`: may each quote be shown, and does it stand there?"""

from typing import Any

import numpy as np

from groundwork.classroom.exercise import Call, Check, Exercise, Plain
from groundwork.classroom.exercises.lab06.shop import Document, day, document

Citation = dict[str, Any]
WORDS = ("ok", "unknown", "outdated", "elsewhere", "misquoted")
ONE_EACH = f"Return a list with one word for each citation, out of: {', '.join(WORDS)}."
SPANS, BORDER = "quotes that are not what they seem", "the first and the last day"


def check_citations(citations: list[Citation], documents: dict[str, Document], asker: dict[str, Any]) -> list[str]:
    """The assistant's first guarantee: a verbatim span of a current document that the asker may read."""
    return [verdict(citation, documents.get(citation["document"]), asker) for citation in citations]


def verdict(citation: Citation, source: Document | None, asker: dict[str, Any]) -> str:
    """One citation; what the asker may not read is as unknown as what does not exist."""
    if source is None or source["audience"] not in asker["audiences"]:
        return "unknown"
    begun, ended = source["effective_from"], source["effective_until"]
    if (begun is not None and asker["date"] < begun) or (ended is not None and ended < asker["date"]):
        return "outdated"
    if source["region"] not in ("all", asker["region"]):
        return "elsewhere"
    start, end, text = citation["start"], citation["end"], source["text"]
    return "ok" if 0 <= start < end <= len(text) and text[start:end] == citation["quote"] else "misquoted"


def cited(name: str, source: Document, start: int, end: int) -> Citation:
    """An honest citation of a span."""
    return {"document": name, "start": start, "end": end, "quote": source["text"][start:end]}


def inputs(rng: np.random.Generator) -> list[Call]:
    """Honest and tampered citations of a few documents, by several askers."""
    documents = {
        "returns": document(rng),
        "returns-old": document(rng, effective_until=day(-int(rng.integers(2, 29)))),
        "delivery-eu": document(rng, region="eu"),
        "delivery-uk": document(rng, region="uk"),
        "staff-notes": document(rng, audience="staff"),
        "staff-old": document(rng, audience="staff", effective_until=day(-9)),
        "staff-eu": document(rng, audience="staff", region="eu"),
        "prices-next": document(rng, effective_from=day(int(rng.integers(1, 60)))),
        "eu-old": document(rng, region="eu", effective_until=day(-5)),
        "undated": document(rng, effective_from=None),
        "first-day": document(rng, effective_from=day(0)),
        "last-day": document(rng, effective_until=day(0)),
        "begins-tomorrow": document(rng, effective_from=day(1)),
        "ended-yesterday": document(rng, effective_until=day(-1)),
    }

    def honest(*names: str) -> list[Citation]:
        spans = []
        for name in names:
            start = int(rng.integers(0, 20))
            spans.append(cited(name, documents[name], start, start + int(rng.integers(12, 40))))
        return spans

    def asker(region: str | None = None, *audiences: str) -> dict[str, Any]:
        return {"audiences": ["public", *audiences], "region": region, "date": day(0)}

    text = documents["returns"]["text"]
    whole = cited("returns", documents["returns"], 0, len(text))
    good = honest("returns")[0]
    tail = cited("returns", documents["returns"], len(text) - 9, len(text))
    other = honest("undated")[0]
    spans = [
        whole,
        {**good, "quote": good["quote"].swapcase()},
        {**good, "start": good["start"] + 1, "end": good["end"] + 1},
        {**good, "quote": good["quote"][:-1]},
        {**good, "quote": f" {good['quote']}"},
        {**good, "end": good["start"], "quote": ""},
        {**tail, "end": len(text) + 5},
        {**tail, "start": -9},
        {**tail, "start": -1, "quote": text[-1:]},
        {**good, "start": -9, "end": -2, "quote": text[-9:-2]},
        {**good, "end": good["end"] + 4},
        {**good, "document": "undated"},
        tail,
        other,
    ]
    wrong = [{**each, "quote": "free of charge"} for each in honest("staff-notes", "returns-old", "delivery-eu")]
    missing = {**good, "document": "returns-2031"}
    return [
        Call((honest("returns", "undated", "returns"), documents, asker()), "honest citations"),
        Call((honest("delivery-eu", "returns", "delivery-uk"), documents, asker("eu")), "an asker in the EU"),
        Call((honest("delivery-eu", "delivery-uk", "undated"), documents, asker()), "a region that is not known"),
        Call((honest("staff-notes", "returns", "staff-old"), documents, asker()), "staff documents, and a customer"),
        Call((honest("staff-notes", "staff-old", "staff-eu"), documents, asker("uk", "staff")), "staff asks"),
        Call((honest("staff-eu", "eu-old"), documents, asker("uk")), "several faults in one"),
        Call((wrong, documents, asker("uk")), "several faults in one"),
        Call((honest("returns-old", "prices-next", "eu-old"), documents, asker("eu")), "not in force"),
        Call((honest("first-day", "last-day", "begins-tomorrow", "ended-yesterday"), documents, asker()), BORDER),
        Call(([missing, good], documents, asker()), "a document that does not exist"),
        Call((spans, documents, asker()), SPANS),
        Call((spans[::-1], documents, asker("us")), SPANS),
        Call(([], documents, asker()), "no citations"),
    ]


def words(call: Call, wanted: Plain, found: Plain) -> list[str] | None:
    """The verdicts, if they are one each and of the words that there are."""
    whole = isinstance(found, list) and len(found) == len(wanted) and all(isinstance(word, str) for word in found)
    return found if whole and set(found) <= set(WORDS) else None


def where(call: Call, number: int) -> str:
    """A citation in the learner's terms."""
    citation = call.args[0][number]
    return f"citation {number + 1} (of “{citation['document']}”)"


def honest_ones(call: Call, wanted: Plain, found: Plain) -> str | None:
    """What is right is let through."""
    verdicts = words(call, wanted, found)
    if verdicts is None:
        return ONE_EACH
    for number, (right, ours) in enumerate(zip(wanted, verdicts, strict=True)):
        if right == "ok" != ours and call.note != BORDER:
            return f"You reject {where(call, number)}, with which nothing is wrong."
    return None


def secrets(call: Call, wanted: Plain, found: Plain) -> str | None:
    """What the asker may not read does not exist."""
    verdicts = words(call, wanted, found)
    if verdicts is None:
        return ONE_EACH
    for number, (right, ours) in enumerate(zip(wanted, verdicts, strict=True)):
        if right == "unknown" == ours or right != "unknown" != ours:
            continue
        if right != "unknown":
            return f"The asker may read {where(call, number)}, and it exists."
        if call.args[0][number]["document"] not in call.args[1]:
            return f"There is no document for {where(call, number)}."
        return f"The asker may not read {where(call, number)}; to them it is unknown, whatever else is wrong with it."
    return None


def in_force(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Dates and regions."""
    verdicts = words(call, wanted, found)
    if verdicts is None:
        return ONE_EACH
    for number, (right, ours) in enumerate(zip(wanted, verdicts, strict=True)):
        if right == ours or not ({right, ours} & {"outdated", "elsewhere"} or call.note == BORDER):
            continue
        if call.note == BORDER:
            return "A document is in force from its first day to its last, both included."
        if {right, ours} == {"outdated", "elsewhere"}:
            return f"Two faults in {where(call, number)}: the date is looked at before the region."
        return f"Look at dates and region of {where(call, number)}, in this order, before you look at the quote."
    return None


def verbatim(call: Call, wanted: Plain, found: Plain) -> str | None:
    """Word for word, at its place."""
    verdicts = words(call, wanted, found)
    if verdicts is None:
        return ONE_EACH
    for number, (right, ours) in enumerate(zip(wanted, verdicts, strict=True)):
        if call.note == SPANS and right != ours:
            length = len(call.args[1]["returns"]["text"])
            citation = call.args[0][number]
            if not 0 <= citation["start"] < citation["end"] <= length:
                return f"{where(call, number).capitalize()} has a span that is empty or reaches beyond the text."
            return (
                f"Compare the quote of {where(call, number)} with the text from start to end, character by character."
            )
    return None


EXERCISE = Exercise(
    id="lab06.check_citations",
    title="The check of citations",
    minutes=20,
    difficulty=3,
    reference=check_citations,
    inputs=inputs,
    checks=(
        Check("what is right passes", 1, honest_ones),
        Check("what the asker may not read", 3, secrets),
        Check("dates and regions", 2, in_force),
        Check("word for word, at its place", 3, verbatim),
    ),
    hints=(
        "A small function that judges one citation and returns as soon as it finds a fault; its order is the rule's.",
        "Python forgives what you must not: text[-9:-2], text[:10**9] and text[5:5] are all no errors.",
    ),
)
