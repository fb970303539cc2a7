"""Near-duplicates: found without comparing all pairs, and the version in force is the one that is kept."""

import datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.search.documents import Document
from groundwork.search.duplicates import jaccard, near_duplicates, shingles, signature

WORDS = [f"word{n}" for n in range(400)]
DATE = datetime.date(2026, 9, 15)


def prose(seed: int, length: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def document(name: str, words: list[str], **fields: object) -> Document:
    return Document(name, name, " ".join(words), f"{name}.md", **fields)  # type: ignore[arg-type]


def test_the_version_in_force_is_kept() -> None:
    old = prose(1)
    new = [*old[:150], "thirty", *old[151:]]
    documents = [
        document("old", old, effective_from=datetime.date(2023, 1, 1), effective_until=datetime.date(2026, 1, 31)),
        document("new", new, effective_from=datetime.date(2026, 2, 1)),
        document("other", prose(2)),
    ]
    (found,) = near_duplicates(documents, date=DATE)
    assert (found.document, found.kept) == ("old", "new")
    assert 0.9 < found.resemblance < 1
    (then,) = near_duplicates(documents, date=datetime.date(2024, 1, 1))
    assert (then.document, then.kept) == ("new", "old")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_minhash_estimates_the_jaccard_index(seed: int, share: float) -> None:
    one = prose(seed)
    cut = int(share * len(one))
    a, b = shingles(" ".join(one)), shingles(" ".join(one[:cut] + prose(seed + 1)[cut:]))
    estimate = float((signature(a) == signature(b)).mean())
    assert abs(estimate - jaccard(a, b)) < 0.22  # five standard errors of 128 hashes at the worst share


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_every_close_pair_is_found_and_no_distant_one(seed: int) -> None:
    base = prose(seed)
    documents = [
        document("a", base),
        document("b", [*base[:290], *prose(seed + 1, 10)]),
        document("c", prose(seed + 2)),
    ]
    found = near_duplicates(documents)
    assert {(one.document, one.kept) for one in found} == {("b", "a")}


def test_short_and_empty_texts_do_no_harm() -> None:
    documents = [document("a", ["one"]), document("b", ["one"]), document("c", [])]
    assert [(one.document, one.kept) for one in near_duplicates(documents)] == [("b", "a")]
