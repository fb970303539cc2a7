"""The catalogue: enough of everything, consistent in every world, its pages' evidence exact, its reviews flagged."""

import datetime
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from groundwork.shop import catalogue, catalogue_data, product_pages
from groundwork.shop.facts import Facts
from groundwork.shop.render import CLOSE, OPEN

SEEDS = st.integers(0, 10_000)
PHASES = (Phase.explicit, Phase.generate)  # no smaller seed explains a failure better, so none is looked for
LEAST = {
    "tents": 30,
    "sleeping": 28,
    "backpacks": 28,
    "footwear": 26,
    "clothing": 40,
    "electronics": 18,
    "cookware": 22,
    "climbing": 16,
    "furniture": 18,
    "bedding": 16,
    "garden": 14,
}
# family -> attribute that tells its variants apart, and whether a product gets heavier and dearer as it grows (1, -1)
LEVELS = {
    "trekking-tents": ("capacity", 1),
    "family-tents": ("capacity", 1),
    "mountain-tents": ("capacity", 1),
    "down-bags": ("comfort temperature", -1),
    "synthetic-bags": ("comfort temperature", -1),
    "quilts": ("comfort temperature", -1),
    "trekking-packs": ("volume", 1),
    "daypacks": ("volume", 1),
    "dry-packs": ("volume", 1),
    "duffels": ("volume", 1),
    "headlamps": ("brightness", 1),
    "power-banks": ("capacity", 1),
    "pot-sets": ("capacity", 1),
    "flasks": ("capacity", 1),
    "ropes": ("length", 1),
    "planters": ("capacity", 1),
}
POLICY = re.compile(r"\b(return(s|ed)?|refund\w*|restocking|shipping|shipped|delivery|voucher|receipt|for free)\b")


def world(seed):
    facts = Facts.draw(seed)
    products = catalogue.draw(facts)
    return products, product_pages.pages(products, facts)


@pytest.fixture(scope="module")
def house():
    return world(0)


def number(shown):
    return float(re.match(r"-?[\d,.]+", shown)[0].replace(",", ""))


def line(product):
    return product_pages.line_of(product)


def own_part(product, page):
    """A page's text without front matter, title, evidence, reviews and products' names."""
    text = page.content.decode()
    for span in sorted(page.spans, key=lambda span: -span.start):
        text = text[: span.start] + text[span.end :]
    body = text.split("\n# ", 1)[1].split("\n", 1)[1].split("## Customer reviews")[0]
    return re.sub(r"\[[^\]]*\]\(product-[a-z0-9-]+\.md\)", "", body).replace(product.name, "")


def test_there_is_enough_of_every_category(house):
    products, _ = house
    counts = Counter(product.category for product in products)
    assert set(counts) == set(LEAST)
    assert all(counts[category] >= least for category, least in LEAST.items())
    assert len(products) >= 256
    assert len({product.family for product in products}) >= 40
    assert all(5 <= len(product.specs) <= 8 for product in products)


@given(SEEDS)
@settings(max_examples=4, deadline=None, phases=PHASES)
def test_names_numbers_and_pages_are_unique(seed):
    products, pages = world(seed)
    assert len({product.sku for product in products}) == len(products)
    assert len({product.name for product in products}) == len(products)
    assert len({page.meta["id"] for page in pages}) == len({page.path for page in pages}) == len(products)
    assert all(re.fullmatch(r"AW-[A-Z]{2}-\d{4}", product.sku) for product in products)
    assert all(re.fullmatch(r"product-[a-z0-9-]+", page.meta["id"]) for page in pages)


@given(SEEDS)
@settings(max_examples=12, deadline=None, phases=PHASES)
def test_larger_and_warmer_means_heavier_and_dearer_within_a_family(seed):
    families = defaultdict(list)
    for product in catalogue.draw(Facts.draw(seed)):
        families[product.family].append(product)
    for key, (attribute, sign) in LEVELS.items():
        for one, other in combinations(families[key], 2):
            sizes = sorted(number(product.specs[attribute]) for product in (one, other))
            apart = attribute != "comfort temperature" and sizes[1] >= 1.25 * sizes[0]
            step = sign * (number(one.specs[attribute]) - number(other.specs[attribute]))
            if step and (line(one) == line(other) or apart):
                low, high = (one, other) if step < 0 else (other, one)
                assert number(low.specs["weight"]) < number(high.specs["weight"]), (low.name, high.name)
                assert low.price < high.price, (low.name, high.name)


@given(SEEDS)
@settings(max_examples=12, deadline=None, phases=PHASES)
def test_specifications_of_a_product_agree_with_each_other(seed):
    for product in catalogue.draw(Facts.draw(seed)):
        specs = product.specs
        if "limit temperature" in specs:
            assert number(specs["limit temperature"]) < number(specs["comfort temperature"])
        if "fill weight" in specs and specs["weight"].endswith(" g"):
            assert number(specs["fill weight"]) < number(specs["weight"])
        if "minor axis strength" in specs:
            assert number(specs["minor axis strength"]) < number(specs["major axis strength"])
        if "keeps hot" in specs:
            assert number(specs["keeps hot"]) < number(specs["keeps cold"])
        assert 5 <= product.price <= 1000
        assert round(product.price * 100) == pytest.approx(product.price * 100)
        for name, value in specs.items():
            assert "temperature" in name or "frost" in name or not value.startswith(("0 ", "-")) or name == "drop"


@given(SEEDS)
@settings(max_examples=4, deadline=None, phases=PHASES)
def test_every_shown_value_stands_in_exactly_one_quote(seed):
    products, pages = world(seed)
    facts = catalogue.product_facts(products)
    stated = Counter()
    for product, page in zip(products, pages, strict=True):
        text = page.content.decode()
        assert OPEN not in text and CLOSE not in text
        for span in page.spans:
            quote = text[span.start : span.end]
            (path,) = span.facts
            stated[path] += 1
            assert facts[path] in quote, (path, quote)
            assert product.name in quote, "a quote stands on its own"
            assert re.fullmatch(r"[A-Z$\d][^<>&\"*_`\[\]\n]*\.", quote), quote
            assert path.startswith(f"product.{product.sku}.")
    assert stated == Counter(facts.keys())


def test_facts_are_named_after_number_and_attribute(house):
    products, _ = house
    facts = catalogue.product_facts(products)
    tent = products[0]
    assert facts[f"product.{tent.sku}.packed_size"] == tent.specs["packed size"]
    assert facts[f"product.{tent.sku}.price"].startswith("$")
    assert all(re.fullmatch(r"product\.AW-[A-Z]{2}-\d{4}\.[a-z_]+(-[a-z_]+)?", path) for path in facts)


def test_the_same_seed_gives_the_same_pages_in_another_process():
    code = (
        "import hashlib; from groundwork.shop import catalogue; from groundwork.shop.facts import Facts;"
        "print(hashlib.sha256(repr(catalogue.draw(Facts.draw(5))).encode()).hexdigest())"
    )
    here = hashlib.sha256(repr(catalogue.draw(Facts.draw(5))).encode()).hexdigest()
    root = str(Path(catalogue.__file__).parents[2])
    environment = dict(os.environ, PYTHONHASHSEED="77", PYTHONPATH=root)
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert there.stdout.strip() == here
    first, second = world(5)[1], world(5)[1]
    assert [page.content for page in first] == [page.content for page in second]


def test_two_seeds_differ_in_names_specifications_and_prices(house):
    products, others = house[0], catalogue.draw(Facts.draw(1))
    pairs = list(zip(products, others, strict=True))
    shared = {product.name for product in products} & {product.name for product in others}
    values = [a.specs[name] != b.specs[name] for a, b in pairs for name in a.specs]
    assert len(shared) <= 0.15 * len(products)
    assert sum(values) >= 0.6 * len(values)
    assert sum(a.price != b.price for a, b in pairs) >= 0.6 * len(pairs)


@given(SEEDS)
@settings(max_examples=4, deadline=None, phases=PHASES)
def test_each_injection_is_in_one_flagged_review_and_nowhere_else(seed):
    products, pages = world(seed)
    text_of = {injection.id: injection.text for injection in catalogue.INJECTIONS}
    signs = [sign for injection in catalogue.INJECTIONS for sign in injection.succeeds_if.get("contains", [])]
    flagged = Counter()
    for product, page in zip(products, pages, strict=True):
        for review in product.reviews:
            if review.instruction:
                flagged[review.instruction] += 1
                assert text_of[review.instruction] in review.text
                assert review.text in page.content.decode()
            else:
                assert not [sign for sign in signs if sign.lower() in review.text.lower()]
        assert sum(review.instruction is not None for review in product.reviews) <= 1
    assert flagged == Counter(text_of.keys())


def test_injections_have_ids_and_a_success_that_a_program_can_check():
    assert len(catalogue.INJECTIONS) == 24
    assert [injection.id for injection in catalogue.INJECTIONS] == [f"review-injection-{n:02}" for n in range(1, 25)]
    assert len({injection.technique for injection in catalogue.INJECTIONS}) >= 15
    for injection in catalogue.INJECTIONS:
        assert set(injection.succeeds_if) <= {"contains", "matches"} and all(injection.succeeds_if.values())


@given(SEEDS)
@settings(max_examples=4, deadline=None, phases=PHASES)
def test_a_page_states_no_number_and_no_policy_outside_its_evidence(seed):
    products, pages = world(seed)
    for product, page in zip(products, pages, strict=True):
        rest = own_part(product, page)
        assert not re.search(r"\d", rest), rest
        assert not POLICY.search(rest), POLICY.search(rest)
        assert {path.split(".")[0] for span in page.spans for path in span.facts} == {"product"}


def test_pages_lead_to_the_warranty_that_covers_them_and_to_their_siblings(house):
    products, pages = house
    policies = Path(catalogue.__file__).parent / "templates" / "policies"
    ids = {page.meta["id"] for page in pages}
    for product, page in zip(products, pages, strict=True):
        text = page.content.decode()
        (target,) = re.findall(r"\]\(\.\./policies/(warranty-[a-z-]+)\.(?:md|pdf)\)", text)
        template = (policies / f"{target}.md").read_text(encoding="utf-8")
        assert f"[[warranty.{product.warranty_class}_" in template or product.category == "climbing"
        siblings = set(re.findall(r"\]\((product-[a-z0-9-]+)\.md\)", text))
        assert siblings <= ids - {page.meta["id"]}
        assert len(siblings) == sum(line(other) == line(product) for other in products) - 1


def test_the_front_matter_says_what_the_page_is(house):
    products, pages = house
    for product, page in zip(products, pages, strict=True):
        assert page.meta["kind"] == "product" and page.meta["audience"] == "public"
        assert page.meta["title"] == product.name and page.meta["topic"] == product.category
        assert page.meta["effective_from"] == product.launched.isoformat()
        assert (product.warranty_class == "maker") == (product.category == "climbing")
        assert not (product.own_brand and product.category == "climbing")


@given(SEEDS)
@settings(max_examples=4, deadline=None, phases=PHASES)
def test_reviews_are_dated_after_the_launch_and_say_something(seed):
    for product in catalogue.draw(Facts.draw(seed)):
        dates = [review.date for review in product.reviews]
        assert 2 <= len(dates) <= 6
        assert all(one <= other for one, other in pairwise(dates))
        assert product.launched < dates[0] and dates[-1] <= datetime.date(2026, 9, 13)
        assert len({review.author for review in product.reviews}) == len(dates)
        assert all(review.text.strip() and 1 <= review.rating <= 5 for review in product.reviews)
        assert not any(re.search(r"\{\w*\}", review.text) for review in product.reviews)


def test_reviews_draw_from_many_sentences_and_their_tone_follows_the_stars(house):
    talk = catalogue_data.talk()
    families = [family for _, family in catalogue_data.families().values()]
    own = {text for family in families for text in (*family.good, *family.mixed, *family.bad)}
    assert len(own) + len({*talk.good, *talk.mixed, *talk.bad, *talk.rumors}) >= 220
    bad = {text.lower().rstrip(".") for family in families for text in family.bad if "{" not in text} | {"disappointed"}
    stars = defaultdict(list)
    for product in house[0]:
        for review in product.reviews:
            stars[review.rating].append(any(text in review.text.lower() for text in bad))
    assert not any(stars[5]) and sum(stars[1]) > len(stars[1]) / 3
    texts = [review.text for product in house[0] for review in product.reviews]
    assert len(set(texts)) > 0.9 * len(texts)
    assert any(rumor in text for rumor in talk.rumors for text in texts), "some reviewers are wrong about the shop"


def test_a_family_with_too_few_values_is_an_error_that_names_the_file(tmp_path, monkeypatch):
    source = catalogue_data.DATA / "catalogue" / "tents.toml"
    broken = tmp_path / "catalogue" / "tents.toml"
    broken.parent.mkdir()
    text = source.read_text(encoding="utf-8").replace("[1320, 1720, 2250]", "[1320, 1720]")
    broken.write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogue_data, "DATA", tmp_path)
    with pytest.raises(catalogue_data.CatalogueError, match=r"(?s)tents\.toml.*weight has 2 values for 3"):
        catalogue_data.read("catalogue/tents.toml", catalogue_data.Shelf)
