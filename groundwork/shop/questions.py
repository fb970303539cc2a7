"""The golden questions: what customers ask, the right answer, and where it stands.

The words come from the data files (`asked`), the answers from the facts, the evidence from the documents. What an
accepted answer looks like is explained in `answers`: ` | ` parts forms that mean the same, ` && ` parts what must all
be there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundwork.shop import answers
from groundwork.shop.asked import REGIONS, Asked, QuestionsError, load, splits
from groundwork.shop.catalogue import fact_path, shown
from groundwork.shop.catalogue_data import families
from groundwork.shop.dice import Dice
from groundwork.shop.facts import INFO, Facts
from groundwork.shop.records import Evidence, Product, Question, Quote

__all__ = ["Asked", "QuestionsError", "load", "make", "matches", "splits"]

SOURCES = ("policy", "annex", "superseded", "product", "help", "blog")  # evidence is listed in this order


def make(
    facts: Facts, products: Sequence[Product], evidence: Iterable[Evidence], documents: Iterable[Mapping[str, str]]
) -> tuple[Question, ...]:
    """A world's questions in the order of their ids; those whose evidence the documents lack are left out."""
    sources = {row["id"]: row for row in documents if row["audience"] == "public"}
    stated: dict[str, list[Evidence]] = defaultdict(list)
    for span in evidence:
        for path in span.facts if span.document in sources else ():
            stated[path].append(span)
    for spans in stated.values():
        spans.sort(key=lambda s: (SOURCES.index(sources[s.document]["kind"]), s.document, s.start))
    made = []
    for asked in load():
        question = about_product(asked, facts, products) if asked.category else about_facts(asked, facts)
        if question.expected == "answer":
            spans_of = [in_force(stated[path], sources, question) for path in question.facts]
            quotes = {(quote.document, quote.start): quote for spans in spans_of for quote in spans}
            question = question.model_copy(update={"evidence": tuple(quotes.values()) if all(spans_of) else ()})
        if question.evidence or question.expected != "answer":
            made.append(question)
    return tuple(made)


def matches(question: Question, text: str) -> bool:
    """Whether a text gives the question's answer in one of its accepted forms; never for a question without one."""
    return any(answers.holds(accepted, text) for accepted in question.accepted)


def about_facts(asked: Asked, facts: Facts) -> Question:
    """A question whose answer is one or two facts, or that has none."""
    question = blank(asked, asked.texts[0], asked.facts)
    if asked.expected != "answer":
        traps = tuple(answers.canonical(facts, path) for path in asked.facts if path in INFO)
        return question.model_copy(update={"traps": traps})
    parts = [answers.forms(facts, path) for path in asked.facts]
    if asked.joint == " to ":  # `4 to 9 business days`: the unit is said once
        parts[0] = answers.OR.join((facts.shown(asked.facts[0]), parts[0]))
    accepted = (answers.AND.join(parts),) if len(parts) > 1 or answers.AND in parts[0] else parts[0].split(answers.OR)
    rivals = dict.fromkeys(said(asked.joint, rival, facts) for rival in rival_facts(asked))
    right = parts if asked.joint == "; " else accepted  # a trap for one fact may be the answer to the other
    traps = tuple(rival for rival in rivals if not any(answers.holds(part, rival) for part in right))
    update = {"answer": said(asked.joint, asked.facts, facts), "accepted": tuple(accepted), "traps": traps}
    return question.model_copy(update=update)


def said(joint: str, paths: Sequence[str], facts: Facts) -> str:
    """The values of facts as an answer says them: `45 days`, `45 days; $6.50`, `4 to 9 business days`."""
    values = [answers.canonical(facts, path) for path in paths]
    return joint.join([facts.shown(paths[0]), values[-1]] if joint == " to " else values)


def rival_facts(asked: Asked) -> Iterator[tuple[str, ...]]:
    """Facts whose values would be wrong answers: the other version, and the same rule of the other regions."""
    groups = [asked.facts] if asked.joint == " to " else [(path,) for path in asked.facts]
    for group in groups:
        if group[0].startswith("past."):
            yield tuple(path.removeprefix("past.") for path in group)
        elif INFO[group[0]].past:
            yield tuple(f"past.{path}" for path in group)
        section = group[0].split(".")[0]
        for other in REGIONS if section in REGIONS else ():
            if other != section:
                yield tuple(path.replace(f"{section}.", f"{other}.", 1) for path in group)


def about_product(asked: Asked, facts: Facts, products: Sequence[Product]) -> Question:
    """A question about an attribute of a product drawn from the category; its sisters' values are the traps."""
    dice = Dice(facts.seed, "questions", asked.id)
    name = asked.attribute
    described = [item for item in products if item.category == asked.category and name in shown(item)]
    if not described:
        raise QuestionsError(
            f"{asked.id} asks for {name!r}, which no product of {asked.category!r} has: see product.toml"
        )
    product = dice.pick(described)
    value = shown(product)[name]
    sisters = [item for item in products if (item.family, first(item)) == (product.family, first(product))]
    others = dict.fromkeys(shown(item)[name] for item in sisters if name in shown(item))
    accepted = answers.printed_forms(value)
    text = dice.pick(asked.texts).replace("{name}", called(product, products) if dice.chance(0.4) else product.name)
    return blank(asked, text, (fact_path(product.sku, name),)).model_copy(
        update={
            "answer": value,
            "accepted": (accepted,) if answers.AND in accepted else tuple(accepted.split(answers.OR)),
            "traps": tuple(other for other in others if not answers.holds(accepted, other)),
        }
    )


def first(product: Product) -> str:
    """The first word of the name, which the variants of a line share."""
    return product.name.split()[0]


def called(product: Product, products: Sequence[Product]) -> str:
    """The name without the word for what it is, as people say it, unless that would be another product, too."""
    short = product.name.removesuffix(f" {families()[product.family][1].noun}")
    return short if sum(item.name.startswith(f"{short} ") for item in products) == 1 else product.name


def blank(asked: Asked, text: str, paths: tuple[str, ...]) -> Question:
    """The question without answer and evidence."""
    return Question(
        id=asked.id,
        text=text,
        kind=asked.kind,
        split=splits()[asked.id],
        expected=asked.expected,
        facts=paths,
        answer="",
        accepted=(),
        traps=(),
        evidence=(),
        region=asked.region,
        date=asked.date,
    )


def in_force(spans: Iterable[Evidence], sources: Mapping[str, Mapping[str, str]], question: Question) -> list[Quote]:
    """The spans of documents that hold for the question's date and region."""
    day, found = question.date.isoformat(), []
    for span in spans:
        row = sources[span.document]
        until = row.get("effective_until") or "9999"
        if row["effective_from"] <= day <= until and row["region"] in ("all", question.region):
            found.append(Quote(document=span.document, start=span.start, end=span.end, quote=span.quote))
    return found
