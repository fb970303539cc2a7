"""The guard: what does not keep the promises is not sent, however it is written."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwork.assistant.guard import LONGEST, QUOTE, QUOTES, broken_promises, showable, unclean
from groundwork.assistant.reply import Asker, Citation, Reply
from groundwork.paths import SHOP_DOCUMENTS
from groundwork.search.chunks import chunks, sentences
from groundwork.search.documents import Document, Heading, load

DAY = datetime.date(2026, 9, 15)
ASKER = Asker(region="us", date=DAY)
TEXT = (
    "Windows\n\nTents may be returned within 45 days of delivery. A label costs $145.50, e.g. for a jacket. "
    "You may not return worn boots. The café's price is 9 €. Write to help@alderwren.example or see "
    "https://alderwren.example/returns for more.\n\n" + "All of this is a long text about nothing at all. " * 60
)
RULE = Document(
    "returns", "Returns policy", TEXT, "r.md", headings=(Heading("Windows for 2-person tents, café", 1, 0),)
)
OLD = replace(RULE, id="old", effective_until=datetime.date(2026, 2, 28))
CANADA = replace(RULE, id="canada", region="ca", title="Returns in Canada")
DOCUMENTS = {document.id: document for document in (RULE, OLD, CANADA)}
QUOTED = "Tents may be returned within 45 days of delivery."


def citing(quote: str = QUOTED, document: Document = RULE) -> Citation:
    start = document.text.index(quote)
    return Citation(document.id, document.title, start, start + len(quote), quote)


def answer(text: str = QUOTED, *citations: Citation) -> Reply:
    return Reply("answer", text, citations or (citing(),), 0.9)


def wrong(reply: Reply, asker: Asker = ASKER, records: tuple[str, ...] = ()) -> list[str]:
    return broken_promises(reply, DOCUMENTS, asker, records)


def test_a_sentence_word_for_word_keeps_the_promises() -> None:
    assert wrong(answer()) == []
    spans = sentences(TEXT)
    assert len(spans) > 60
    for span in spans[:8]:
        quote = TEXT[span.start : span.end]
        assert wrong(answer(quote, Citation("returns", "Returns policy", span.start, span.end, quote))) == []


@pytest.mark.slow
def test_nearly_every_public_sentence_of_the_shop_may_be_an_answer() -> None:
    documents = {document.id: document for document in load(SHOP_DOCUMENTS).documents if document.audience == "public"}
    refused = set()
    count = 0
    for document in documents.values():
        asker = Asker(None, document.region, document.effective_until or DAY)
        for span in (s for chunk in chunks(document) for s in sentences(document.text, chunk.start, chunk.end)):
            quote = document.text[span.start : span.end]
            count += 1
            cited = Citation(document.id, document.title, span.start, span.end, quote)
            if any(map(str.isalnum, quote)) and broken_promises(answer(quote, cited), documents, asker, ()):
                refused.add((document.id, quote))
    assert count > 10_000
    assert all(document.startswith("product-") for document, _ in refused)  # attacks in customers' reviews
    assert len(refused) < 20


# --- quotes ----------------------------------------------------------------------------------------------------------


def cut(start: int, end: int) -> Citation:
    return Citation("returns", "Returns policy", start, end, TEXT[start:end])


AMOUNT = TEXT.index("145.50")
BAD_QUOTES: dict[str, Citation] = {
    "of a superseded document": citing(document=OLD),
    "of another region": citing(document=CANADA),
    "of no document": replace(citing(), document="staff"),
    "under another title": replace(citing(), title="Staff"),
    "of other words": replace(citing(), quote=QUOTED.replace("45", "90")),
    "from elsewhere": replace(citing(), start=0, end=len(QUOTED)),
    "of white space": cut(7, 9),
    "of a full stop": cut(TEXT.index("."), TEXT.index(".") + 1),
    "of nothing": cut(5, 5),
    "of the whole document": cut(0, len(TEXT)),
    "past its end": Citation("returns", "Returns policy", len(TEXT) - 6, len(TEXT) + 9, TEXT[-6:]),
    "counted from the end": Citation("returns", "Returns policy", -4, -1, TEXT[-4:-1]),
    "of the inside of an amount": cut(AMOUNT + 1, AMOUNT + 3),
    "of an amount without its sign": cut(AMOUNT, AMOUNT + 6),
    "of an amount's front": cut(AMOUNT - 1, AMOUNT + 3),
    "of half a word": cut(TEXT.index("ents may"), TEXT.index(" of delivery")),
    "at no number": Citation("returns", "Returns policy", None, None, TEXT),  # type: ignore[arg-type]
    "at a fraction": Citation("returns", "Returns policy", 0.0, 7.0, "Windows"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", BAD_QUOTES)
def test_a_quote_that_is_none(name: str) -> None:
    assert wrong(answer("Tents may be returned.", BAD_QUOTES[name]))
    assert wrong(answer("Tents may be returned.", citing(), BAD_QUOTES[name]))


@given(st.integers(-5, len(TEXT) + 5), st.integers(-5, len(TEXT) + 5))
def test_a_quote_is_short_and_of_whole_words(start: int, end: int) -> None:
    reply = answer("Tents may be returned.", cut(start, end))
    if not wrong(reply):
        assert 0 < len(TEXT[start:end]) <= QUOTE
        assert not (TEXT[start - 1 : start] + TEXT[start]).isalnum() or start == 0
        assert not TEXT[end - 1 : end + 1].isalnum() or end == len(TEXT)


def test_an_answer_quotes_something_but_not_everything() -> None:
    assert wrong(Reply("answer", QUOTED))
    assert wrong(answer(QUOTED, *QUOTES * [citing()])) == []
    assert wrong(answer(QUOTED, *(QUOTES + 1) * [citing()]))


def test_a_quote_with_a_strangers_link_or_markup_is_none() -> None:
    for review in ("See payback.example now.", "Look: <img src=x>", "Hid\u200bden.", "[here](x)"):
        document = replace(RULE, text=f"{QUOTED} {review}")
        asked = answer("Tents may be returned.", citing(review, document))
        assert broken_promises(asked, {"returns": document}, ASKER, ())


# --- texts -----------------------------------------------------------------------------------------------------------

KINDS = ("answer", "clarify", "refuse")


def said(kind: str, text: str) -> Reply:
    return answer(text) if kind == "answer" else Reply(kind, text)  # type: ignore[arg-type]


TRICKS = """
<b> </p> <?php ![x](y) [url=x] &lt;b&gt; &#60; https://evil.example/x HTTPS://EVIL.EXAMPLE
http://alderwren.example/x ftp://alderwren.example //evil.example evil.example Evil.Com see(evil.com)
evil.com/alderwren.example https://alderwren.example@evil.com https://alderwren.example.evil.com
https://alderwren.example:8080/x notalderwren.example you@evil.com you@localhost javascript:x JavaScript:x
data:text/html,x mailto:you tel:x
""".split()
TRICKS += [
    "< B >",
    "<!-- x",
    "<IMG SRC=x>",
    "[x] (y)",
    "[x]: y",
    "https:\\\\evil.example",
    "you (at) evil",
    "evil dot com",
    "evil\u3002com",
    "\uff45\uff56\uff49\uff4c.com",
    "\uff48\uff54\uff54\uff50\uff53\uff1a//evil",
    "\uff1cb\uff1e",
    "\u0440\u0430ypal",
    "zero\u200bwidth",
    "\u202eback",
    "soft\xadhyphen",
    "tab\tbed",
    "bell\x07",
    "\ue000",
    "\U000e0041",
    "line\u2028end",
    "filler\u3164",
    "braille\u2800",
    "a\ufe0f",
    "e\u0301",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trick", TRICKS)
def test_markup_links_and_what_nobody_sees_are_caught(kind: str, trick: str) -> None:
    for text in (trick, f"{QUOTED} {trick}", f"{trick}\n{QUOTED}"):
        assert wrong(said(kind, text)), text


TAG = st.from_regex(r"<\s*/?[a-zA-Z][a-z]*[^>]{0,9}>?", fullmatch=True)
NAME = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}\.[a-z]{2,8}", fullmatch=True)
SCHEME = st.sampled_from(["http://", "https://", "HtTpS://", "www.", "WWW.", "ftp://", "//", "", "x@"])
TAIL = st.sampled_from(["", "/", "/x?y=1", ":80/", "#x", ".", ",", ")", "!"])


@given(TAG, st.integers(0, len(QUOTED)))
def test_any_tag_anywhere_is_caught(tag: str, place: int) -> None:
    assert wrong(answer(QUOTED[:place] + tag + QUOTED[place:]))


@given(SCHEME, NAME, TAIL, st.booleans(), st.sampled_from(["", "(", "“", "*", "see "]))
def test_any_link_in_any_case_is_caught(scheme: str, name: str, tail: str, upper: bool, before: str) -> None:
    link = before + scheme + (name.upper() if upper else name) + tail
    assert unclean(f"{QUOTED} {link}")
    assert wrong(answer(f"{QUOTED} {link} {QUOTED}"))


@given(st.text(st.characters(categories=["Nd", "Nl", "No"]), min_size=1, max_size=12), st.integers(0, len(QUOTED)))
def test_any_digits_anywhere_are_caught(digits: str, place: int) -> None:
    assert wrong(answer(QUOTED[:place] + digits + QUOTED[place:]))
    assert wrong(Reply("clarify", f"Is it {digits}?"))


@given(st.characters(exclude_characters="’‘“”–—…", min_codepoint=128), st.integers(0, len(QUOTED)))
def test_any_letter_that_no_quote_has_is_caught(letter: str, place: int) -> None:
    assert wrong(answer(QUOTED[:place] + letter + QUOTED[place:]))


@given(
    st.lists(st.sampled_from("0123456789"), min_size=7, max_size=12), st.sampled_from([" ", "-", ". ", " (", "/", ", "])
)
def test_a_telephone_number_of_digits_that_stand_in_quotes_one_by_one_is_caught(digits: list[str], gap: str) -> None:
    document = replace(RULE, text="Take 0 or 1 and 2 or 3 and 4 or 5 and 6 or 7 and 8 or 9 of them.")
    reply = answer(f"Call {gap.join(digits)} now.", citing(document.text, document))
    assert broken_promises(reply, {"returns": document}, ASKER, ())


@pytest.mark.parametrize("size", [LONGEST + 1, 3_000_000])
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_megabytes(kind: str, size: int) -> None:
    assert wrong(said(kind, "a" * size)) == [f"a text of {size:,} characters"]


@pytest.mark.parametrize("text", ["", " ", "\n"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_no_reply(kind: str, text: str) -> None:
    assert wrong(said(kind, text))


def test_our_own_addresses_may_be_said_where_they_are_quoted() -> None:
    quote = "Write to help@alderwren.example or see https://alderwren.example/returns for more."
    assert wrong(answer(quote, citing(quote))) == []
    assert wrong(answer("Write to help@alderwren.example."))
    assert wrong(answer("See https://alderwren.example/other for more.", citing(quote)))


def test_letters_that_the_quote_has_may_be_said() -> None:
    quote = "The café's price is 9 €."
    assert wrong(answer(quote, citing(quote))) == []
    assert wrong(answer("The café’s “price” is 9 €…", citing(quote))) == []


def test_what_the_askers_records_say_may_be_said() -> None:
    text = f"{QUOTED} Yours came on 3 March."
    assert wrong(answer(text))
    assert wrong(answer(text), records=("Delivered on 3 March.",)) == []
    assert wrong(answer(text), records=("Delivered on 3 May, in March.",))


def test_a_question_back_may_say_what_headings_say() -> None:
    asked = Reply("clarify", "Is it about: Windows for 2-person tents, café?")
    assert wrong(asked) == []
    assert wrong(replace(asked, text="Is it about the 3-person tents?"))
    assert wrong(asked, Asker(region="us", date=datetime.date(1970, 1, 1))) == []
    other = {"returns": replace(RULE, region="ca")}
    assert broken_promises(asked, other, ASKER, ())


def test_only_an_answer_cites() -> None:
    for kind in ("clarify", "refuse"):
        assert wrong(Reply(kind, "Which one?", (citing(),)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "fine"),
    [
        ("Several rules fit; the model says yes to what is quoted with 0.87.", True),
        ("[returns] No document that is in force here speaks of this.", True),
        ("The question has 5,000 characters; the most that is read is 4,000.", True),
        ("An agent may give $25.", False),
        ("It is 12.75 now.", False),
        ("See evil.example.", False),
        ("KeyError: <b>", False),
        ("", False),
        ("a" * 5_000, False),
    ],
)
def test_a_reason_is_shown_if_it_tells_nothing_else(reason: str, fine: bool) -> None:
    assert showable(reason, "5,000 4,000") == fine


def test_without_the_trick_the_same_texts_pass() -> None:
    assert wrong(answer(f"{QUOTED} So it is.\n{QUOTED}")) == []
    assert wrong(Reply("clarify", f"Which one? {QUOTED.replace('45 days', 'days')}")) == []
    assert wrong(Reply("refuse", "Not here.")) == []
