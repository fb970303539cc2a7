"""Customers, orders and parcels keep the rules of their world: checked against facts and catalogue."""

import datetime
import re
from collections import Counter

import pytest

from groundwork.shop import catalogue, orders
from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger
from groundwork.shop.rules import business_days, months_later
from tests.shop.books import NOW, at, by_id, local, weekdays_between, world

SEEDS = (0, 7, 23)
CUTOFFS = {"11 am": 11, "noon": 12, "1 pm": 13, "2 pm": 14, "3 pm": 15}


@pytest.fixture(params=SEEDS, scope="module")
def drawn(request) -> tuple[Facts, Ledger]:
    return world(request.param)


def test_sizes_and_ids(drawn):
    _, ledger = drawn
    assert [customer.id for customer in ledger.customers] == [f"C{n:04}" for n in range(1, 401)]
    assert len(ledger.orders) == 2200
    assert all(re.fullmatch(r"O-\d{6}", order.id) for order in ledger.orders)
    ids = [order.id for order in ledger.orders]
    assert ids == sorted(set(ids))
    for rows in (ledger.payments, ledger.returns):
        assert len(by_id(rows)) == len(rows)
    assert {order.customer for order in ledger.orders} <= set(by_id(ledger.customers))


def test_regions_have_their_shares(drawn):
    counts = Counter(customer.region for customer in drawn[1].customers)
    for region, share in (("us", 0.45), ("uk", 0.22), ("eu", 0.20), ("ca", 0.13)):
        assert counts[region] / 400 == pytest.approx(share, abs=0.08)


def test_a_tenth_of_the_customers_place_a_third_of_the_orders(drawn):
    counts = sorted(Counter(order.customer for order in drawn[1].orders).values(), reverse=True)
    assert sum(counts[:40]) > 2200 / 3
    assert 300 <= len(counts) <= 400


def test_there_are_seasons(drawn):
    months = Counter(order.placed.month for order in drawn[1].orders if order.placed.year == 2025)
    assert months[12] > 1.4 * months[10]


def test_personal_data_is_visibly_fake(drawn):
    _, ledger = drawn
    phones = {
        "us": r"\+1 \d{3} 555 01\d\d",
        "ca": r"\+1 \d{3} 555 01\d\d",
        "uk": r"\+44 (20 7946 0\d{3}|113 496 0\d{3}|161 496 0\d{3}|7700 900\d{3})",
        "eu": r"\+49 (30 23125 \d{3}|40 66969 \d{3}|69 90009 \d{3}|171 39200 \d\d)",
    }
    codes = {
        "us": r" 000\d\d$",
        "ca": r" Z\d[A-Z] \d[A-Z]\d$",
        "uk": r" Q[A-Z]\d \d[A-Z]{2}$",
        "eu": r", 0(0\d{3}|\d{3})\b",
    }
    for customer in ledger.customers:
        assert re.fullmatch(phones[customer.region], customer.phone), customer
        assert re.search(codes[customer.region], customer.address), customer
        assert re.fullmatch(r"[a-z.0-9]+@(example\.com|[a-z]+\.example)", customer.email), customer
        assert customer.joined.year - customer.birth_year >= 19
    for field in ("name", "email", "phone"):
        assert len({getattr(customer, field) for customer in ledger.customers}) == 400


def test_items_are_in_the_catalogue_at_its_price(drawn):
    facts, ledger = drawn
    products = {product.sku: product for product in ledger.products}
    region = {customer.id: customer.region for customer in ledger.customers}
    joined = {customer.id: customer.joined for customer in ledger.customers}
    for order in ledger.orders:
        assert joined[order.customer] < order.placed.date()
        assert len({item.sku for item in order.items}) == len(order.items) > 0
        for line, item in enumerate(order.items, start=1):
            product = products[item.sku]
            assert (item.order, item.line) == (order.id, line)
            assert product.launched < order.placed.date()
            assert item.color in (product.colors or (None,))
            assert item.size in (product.sizes or (None,))
            assert 1 <= item.quantity <= facts.orders.quantity_limit
            assert round(item.unit_price * 100) == local(product.price, region[order.customer])


def test_fees_are_those_of_the_day(drawn):
    facts, ledger = drawn
    products = {product.sku: product for product in ledger.products}
    region = {customer.id: customer.region for customer in ledger.customers}
    member = {row.customer: row.since for row in ledger.memberships}
    free = Counter()
    for order in ledger.orders:
        where, day = region[order.customer], order.placed.date()
        goods = sum(round(item.unit_price * 100) * item.quantity for item in order.items)
        fee = round(100 * at(facts, f"{where}.{order.shipping}_fee", "shipping", day))
        if order.shipping == "standard" and goods >= 100 * at(facts, f"{where}.free_from", "shipping", day):
            fee = 0
        if order.shipping == "express" and order.shipping_fee == 0:
            fee, since = 0, member[order.customer]
            free[order.customer, day.year - since.year - ((day.month, day.day) < (since.month, since.day))] += 1
        heavy = sum(
            item.quantity
            for item in order.items
            if " kg" in products[item.sku].specs.get("weight", "")
            and float(products[item.sku].specs["weight"].split()[0]) >= facts.shipping.heavy_kg
        )
        hazmat = any(products[item.sku].family == "power-banks" for item in order.items)
        surcharge = heavy * local(at(facts, "shipping.heavy_surcharge", "shipping", day), where)
        surcharge += local(facts.hazmat.fee, where) if hazmat else 0
        assert round(order.shipping_fee * 100) == fee
        assert round(order.surcharge * 100) == surcharge
        assert round(order.total * 100) == goods + fee + surcharge
        assert not (order.shipping == "express" and surcharge)
    assert free and all(year >= 0 for _, year in free)
    assert max(free.values()) <= facts.membership.express_per_year


def test_parcels_leave_and_arrive_as_promised(drawn):
    facts, ledger = drawn
    book = by_id(ledger.orders)
    region = {customer.id: customer.region for customer in ledger.customers}
    same_day = 0
    for parcel in ledger.shipments:
        order = book[parcel.order]
        where, placed = region[order.customer], order.placed.date()
        assert parcel.carrier == facts.value(f"{where}.{order.shipping}_carrier")
        if parcel.shipped is None:
            continue
        left = parcel.shipped.date()
        in_time = (
            placed.weekday() < 5 and order.placed.hour < CUTOFFS[at(facts, "shipping.cutoff_time", "shipping", placed)]
        )
        assert order.placed < parcel.shipped < NOW and weekdays_between(left - datetime.timedelta(days=1), left) == 1
        if left == placed:
            assert in_time
            same_day += 1
        elif parcel.delay is None:
            assert weekdays_between(placed, left) == 1
            assert not in_time or (placed.month, placed.day) in ((12, 25), (12, 26), (1, 1))
        if parcel.delivered and order.shipping == "express":
            hours = (parcel.delivered - parcel.shipped).total_seconds() / 3600
            assert 0 < hours <= facts.value(f"{where}.express_hours")
        elif parcel.delivered:
            days = weekdays_between(left, parcel.delivered.date())
            low, high = (at(facts, f"{where}.standard_{side}", "shipping", placed) for side in ("min", "max"))
            assert low <= days <= high
        assert parcel.delivered is None or parcel.delivered.date() <= parcel.promised
    assert same_day > 300


def test_every_status_agrees_with_the_parcel_and_none_is_rare(drawn):
    _, ledger = drawn
    parcels = {parcel.order: parcel for parcel in ledger.shipments}
    meant = {"waiting": {"processing"}, "in transit": {"shipped"}, "delivered": {"delivered", "returned"}}
    for order in ledger.orders:
        assert order.id in parcels or order.status == "cancelled"
        assert order.id not in parcels or order.status in meant[parcels[order.id].status]
    counts = Counter(order.status for order in ledger.orders)
    assert all(counts[name] >= 5 for name in ("processing", "shipped", "cancelled", "returned"))


def test_nothing_lies_in_the_future(drawn):
    _, ledger = drawn
    today = NOW.date()
    assert max(order.placed for order in ledger.orders) < datetime.datetime(2026, 9, 14)
    assert all(time < NOW for parcel in ledger.shipments for time in (parcel.shipped, parcel.delivered) if time)
    for row in ledger.returns:
        assert all(day < today for day in (row.requested, row.received, row.decided, row.refunded) if day)
    for payment in ledger.payments:
        assert payment.due < today or payment.status == "due"
    assert all(row.since < today <= row.renews for row in ledger.memberships)


def test_worlds_differ_and_a_world_does_not():
    facts = Facts.draw(7)
    assert orders.make(facts, catalogue.draw(facts)) == world(7)[1]
    assert {order.id for order in world(0)[1].orders} != {order.id for order in world(7)[1].orders}


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2025-11-30", 3, "2026-02-28"), ("2025-12-15", 12, "2026-12-15")],
)
def test_months_later_ends_with_the_month(day, count, later):
    assert months_later(datetime.date.fromisoformat(day), count).isoformat() == later


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [("2026-09-11", 1, "2026-09-14"), ("2026-09-12", 0, "2026-09-14"), ("2025-12-24", 1, "2025-12-29")],
)
def test_business_days_skip_weekends_and_christmas(day, count, later):
    assert business_days(datetime.date.fromisoformat(day), count).isoformat() == later
