"""Chunks and sentences are exact spans, nothing is lost between them, and sentences end where a reader says."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from groundwork.search.chunks import chunks, sections, sentences
from groundwork.search.documents import Document, Heading

WORDS = st.lists(
    st.sampled_from(["Tents", "cost", "$4.50.", "e.g.", "No.", "A", "zip!", "why?", "\n\n", "45", "days."])
)


def pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


def test_decimals_and_abbreviations_do_not_end_a_sentence() -> None:
    assert pieces("It costs $4.50, e.g. by post. No. 7 is J. Wren's. (Really?) Yes!") == [
        "It costs $4.50, e.g. by post.",
        "No. 7 is J. Wren's.",
        "(Really?)",
        "Yes!",
    ]


def test_a_paragraph_ends_a_sentence_without_a_full_stop() -> None:
    assert pieces("What we look at\n\nThe floor is dry.") == ["What we look at", "The floor is dry."]


@given(WORDS)
def test_sentences_cover_every_word_once_and_in_order(words: list[str]) -> None:
    text = " ".join(words)
    spans = sentences(text)
    assert "".join("".join(piece.split()) for piece in pieces(text)) == "".join(text.split())
    assert all(piece == piece.strip() and piece for piece in pieces(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=4), st.integers(3, 40))
def test_chunks_hold_every_sentence_and_are_spans(parts: list[str], words: int) -> None:
    text, headings = "", []
    for number, part in enumerate(parts):
        headings.append(Heading(f"Part {number}", 2, len(text)))
        text += f"Part {number}\n\n{part}\n\n"
    document = Document("d", "Title", text, "d.md", headings=tuple(headings))
    found = chunks(document, words=words)
    for path, start, end in sections(document):
        for span in sentences(text, start, end):
            homes = [chunk for chunk in found if chunk.start <= span.start and span.end <= chunk.end]
            assert homes
            assert homes[0].headings == path
    assert all(chunk.text == text[chunk.start : chunk.end] for chunk in found)


def test_chunks_overlap_by_a_sentence_and_stop() -> None:
    text = " ".join(f"Sentence number {n} has six words." for n in range(20))
    found = chunks(Document("d", "Title", text, "d.md"), words=18)
    assert [chunk.text.count(".") for chunk in found[:2]] == [3, 3]
    assert found[1].text.startswith("Sentence number 2 ")
    assert found[-1].text.endswith("number 19 has six words.")


def test_a_chunk_knows_its_headings() -> None:
    document = Document(
        "d",
        "Policy",
        "Policy\n\nA\n\nB\n\nText.",
        "d.md",
        headings=(Heading("Policy", 1, 0), Heading("A", 2, 8), Heading("B", 3, 11)),
    )
    assert chunks(document)[0].headings == ("Policy", "A", "B")
    assert chunks(document)[0].searchable == "Policy > A > B\nText."
