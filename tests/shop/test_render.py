"""Templates: evidence is known to the character in every format, and a wrong template names its file and line."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwork.shop.facts import INFO, Facts
from groundwork.shop.make import TEMPLATES, evidence_of, related, written_pages
from groundwork.shop.pages import finish, plain
from groundwork.shop.render import CLOSE, LINK, MARKER, OPEN, TemplateError, fill, parse, unmark

HEAD = "---\nid: {id}\ntitle: Test page\nkind: policy\ntopic: returns\nformat: {format}\n---\n"
PATHS = sorted(TEMPLATES.glob("*/*.md"))


def template(tmp_path: Path, body: str, form: str = "md") -> Path:
    path = tmp_path / "page.md"
    path.write_text(HEAD.format(id="page", format=form) + body, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["md", "html", "pdf"])
def test_spans_are_exact_in_every_format(tmp_path: Path, form: str) -> None:
    body = (
        "Intro, with a [link](doc:shipping-policy) & more.\n\n## Part\n\n"
        "- [[returns.tents_days| Tents may be returned within {{ returns.tents_days }} days.]] And then?\n"
        + "- filler line that makes the paragraph long enough to be wrapped more than once on a page " * 40
        + "\n\n[[returns.label_fee, returns.boots| x]]".replace(
            ", returns.boots| x", "| The label's price is {{ returns.label_fee }}."
        )
    )
    facts = Facts.draw(0)
    page = finish(fill(template(tmp_path, body, form), facts), facts, [("help-a", "A <b>")])
    text = plain(page.path, page.content)
    assert [text[span.start : span.end] for span in page.spans] == [
        "Tents may be returned within 45 days.",
        f"The label's price is {facts.shown('returns.label_fee')}.",
    ]
    assert OPEN not in text
    assert CLOSE not in text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "Fine.\n\n[[returns.tent_day| Tents: {{ returns.tent_day }}.]]",
            r"page\.md:10: unknown fact 'returns\.tent_day'",
        ),
        ("Fine.\n[[returns.tents_days| No value here.]]", r"page\.md:9: .*does not print it"),
        ("A\nB\n{{ returns.tents_days }} days", r"page\.md:10: .*outside a marker"),
        ("A\n{{ nonsense }}", r"page\.md:9: 'nonsense' is undefined"),
        ("A\n{% if %}", r"page\.md:"),
    ],
)
def test_a_wrong_template_names_its_file_and_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        fill(template(tmp_path, body), Facts.draw(0))


def test_a_template_without_a_head_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bare.md"
    path.write_text("Text.", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"bare\.md: does not begin with a head"):
        parse(path)


@given(st.lists(st.tuples(st.text("ab \n", max_size=5), st.text("cd", min_size=1, max_size=5)), max_size=6))
def test_unmark_gives_back_what_was_marked(pieces: list[tuple[str, str]]) -> None:
    text = "".join(f"{before}{OPEN}{inside}{CLOSE}" for before, inside in pieces)
    found, spans = unmark(text, tuple(("f",) for _ in pieces))
    assert found == "".join(before + inside for before, inside in pieces)
    assert [found[span.start : span.end] for span in spans] == [inside for _, inside in pieces]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_template_is_well_formed(path: Path) -> None:
    head, body, _ = parse(path)
    ids = {other.stem for other in PATHS}
    assert head.id == path.stem
    assert all(target in ids for _, target in LINK.findall(body)), "a link leads nowhere"
    assert head.supersedes is None or head.supersedes in ids
    for marker in MARKER.finditer(body):
        assert not re.search(r'[<>&"*_`\n]', re.sub(r"{{.*?}}", "", marker[2])), f"mark-up in evidence: {marker[2]}"
        assert re.search(r"[.!?:]$", marker[2]), f"evidence that is no sentence: {marker[2]}"
    assert ("{{ canary }}" in body) == (head.audience == "staff")
    effective = head.effective_until or ""
    assert (head.kind == "superseded") == effective.startswith("dates.")


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6))
def test_in_any_world_every_span_prints_its_facts(seed: int) -> None:
    facts = Facts.draw(seed)
    for item in evidence_of(written_pages(facts, pdfs=False)):
        assert item.quote.strip() == item.quote != ""
        for fact in item.facts:
            assert facts.shown(fact) in item.quote


def test_every_fact_has_evidence_where_it_belongs() -> None:
    facts = Facts.draw(0)
    pages = written_pages(facts)
    audience = {page.meta["id"]: (page.meta["audience"], page.meta["kind"]) for page in pages}
    stated: dict[str, set[tuple[str, str]]] = {}
    for item in evidence_of(pages):
        for fact in item.facts:
            stated.setdefault(fact, set()).add(audience[item.document])
    for path, info in INFO.items():
        if path.endswith("_old"):
            assert ("public", "superseded") in stated[path], path
        elif path.startswith("staff."):
            assert {who for who, _ in stated[path]} == {"staff"}, path
        else:
            assert {kind for who, kind in stated[path] if who == "public"} & {"policy", "annex"}, path
        if info.past:
            assert {kind for _, kind in stated[f"past.{path}"]} == {"superseded"}, path


def test_related_articles_share_a_topic_and_leave_out_the_page_itself() -> None:
    heads = [parse(path)[0] for path in PATHS]
    head = next(head for head in heads if head.kind == "help" and head.topic == "returns")
    shown = related(head, heads)
    assert 1 <= len(shown) <= 5
    assert head.id not in [identifier for identifier, _ in shown]
