"""The data card's table: what a world holds, counted from its files."""

import re
from collections import Counter

from rich.console import Console
from rich.table import Table

from groundwork.shop.facts import INFO
from groundwork.shop.records import Question
from groundwork.shop.world import World

Counts = list[tuple[str, str, str]]  # what, how many, of which
STOP = frozenset(
    "a an and are as at be by can do does for from have how i if in is it my of on or the to what when you".split()
)


def words(text: str) -> set[str]:
    """The words that carry meaning, lower case."""
    return set(re.findall(r"[a-z0-9]+", text.lower())) - STOP


def overlap(question: Question) -> float:
    """Share of a question's words that its evidence repeats: 0 means that no word gives the place away."""
    asked = words(question.text)
    said = set().union(*(words(quote.quote) for quote in question.evidence))
    return len(asked & said) / len(asked) if asked else 0.0


def listed(counts: Counter[str]) -> str:
    """`policy 43, help 146`, the most frequent first."""
    return ", ".join(
        f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def counts(world: World) -> Counts:
    """The table's rows."""
    documents = world.documents.values()
    formats = Counter(row["path"].rsplit(".", 1)[1] for row in documents)
    attacks = Counter(attack.category for attack in world.attacks)
    benign = attacks.pop("benign", 0)
    rows: Counts = [
        ("facts", f"{len(INFO)}", f"{sum(info.past for info in INFO.values())} of them with a superseded value"),
        ("documents", f"{len(world.documents)}", listed(Counter(row["kind"] for row in documents))),
        ("", "", "for " + listed(Counter(row["audience"] for row in documents)) + "; as " + listed(formats)),
        ("evidence spans", f"{len(world.evidence):,}", "every sentence that states a fact"),
        ("products", f"{len(world.products)}", listed(Counter(product.category for product in world.products))),
        ("reviews", f"{sum(len(p.reviews) for p in world.products):,}", f"{planted(world)} carry a hidden instruction"),
        ("golden questions", f"{len(world.questions)}", listed(Counter(q.split for q in world.questions))),
    ]
    for kind, number in Counter(question.kind for question in world.questions).most_common():
        asked = [question for question in world.questions if question.kind == kind]
        shared = [overlap(question) for question in asked if question.evidence]
        share = (
            f"share of words that the evidence repeats: {sum(shared) / len(shared):.2f}" if shared else "no evidence"
        )
        rows.append((f"  {kind}", str(number), share))
    noisy = sum(ticket.intent != ticket.true_intent for ticket in world.tickets)
    intents = len({ticket.true_intent for ticket in world.tickets})
    rows += [
        ("tickets", f"{len(world.tickets):,}", f"{intents} intents, {noisy / len(world.tickets):.1%} labelled wrong"),
        ("attacks", f"{sum(attacks.values())}", listed(attacks)),
        ("benign look-alikes", f"{benign}", "must not be blocked"),
    ]
    connection = world.connect()
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        sizes = {row["name"]: connection.execute(f"SELECT count(*) FROM {row['name']}").fetchone()[0] for row in tables}
    finally:
        connection.close()
    rows.append(("shop.db", f"{len(sizes)} tables", listed(Counter(sizes))))
    rows += [(f"{name}.csv.gz", f"{len(world.table(name)):,}", "rows") for name in ("interactions", "payments")]
    return rows


def planted(world: World) -> int:
    """How many reviews carry a hidden instruction."""
    return sum(review.instruction is not None for product in world.products for review in product.reviews)


def print_card(world: World, console: Console) -> None:
    """Print the table for a terminal."""
    table = Table("what", "how many", "of which", title=f"The shop, seed {world.manifest['seed']}")
    for row in counts(world):
        table.add_row(*row)
    console.print(table)


def card_markdown(world: World) -> str:
    """The same table as Markdown, for the data card."""
    body = "".join(f"| {what.replace('  ', '&emsp;')} | {many} | {which} |\n" for what, many, which in counts(world))
    return "| what | how many | of which |\n| :--- | ---: | :--- |\n" + body
