"""The order book keeps the rules of its world: checked against facts and catalogue, without its rules.py."""

import datetime
import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from groundwork.shop import catalogue, orders
from groundwork.shop.database import DatabaseError
from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger
from groundwork.shop.records import Customer

SEEDS = (0, 7, 23)
NOW = datetime.datetime(2026, 9, 15)
CUTOFFS = {"11 am": 11, "noon": 12, "1 pm": 13, "2 pm": 14, "3 pm": 15}
RATES = {"us": 100, "ca": 136, "uk": 79, "eu": 92}


@cache
def world(seed: int) -> tuple[Facts, Ledger]:
    facts = Facts.draw(seed)
    return facts, orders.make(facts, catalogue.draw(facts))


@pytest.fixture(params=SEEDS, scope="module")
def drawn(request) -> tuple[Facts, Ledger]:
    return world(request.param)


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "shop.db"
    orders.write(world(0)[1], path)
    return path


def query(path: Path, sql: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(sql).fetchall()


def at(facts: Facts, path: str, topic: str, day: datetime.date):
    """A fact on a day: the superseded value before the topic's rules came into force."""
    old = facts.past.get(path, facts.value(path))
    return facts.value(path) if day >= facts.value(f"dates.{topic}") else old


def local(amount: float, region: str) -> int:
    return (round(amount * 100) * RATES[region] + 50) // 100


def weekdays_between(start: datetime.date, end: datetime.date) -> int:
    """Working days after `start`, up to and with `end`; the warehouse rests at Christmas and New Year."""
    days = (start + datetime.timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and (day.month, day.day) not in ((12, 25), (12, 26), (1, 1)) for day in days)


def by_id(rows):
    return {row.id: row for row in rows}


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


def test_returns_follow_the_policy(drawn):
    facts, ledger = drawn
    book, parcels = by_id(ledger.orders), {parcel.order: parcel for parcel in ledger.shipments}
    products = {product.sku: product for product in ledger.products}
    customers, since = by_id(ledger.customers), {row.customer: row.since for row in ledger.memberships}
    late = paid_back = 0
    for row in ledger.returns:
        order = book[row.order]
        where, item = customers[order.customer].region, order.items[row.line - 1]
        category, delivered = products[item.sku].category, parcels[row.order].delivered.date()
        days = at(facts, f"returns.{category}_days", "returns", delivered)
        if order.customer in since and since[order.customer] <= order.placed.date():
            days += facts.membership.extra_return_days
        end = delivered + datetime.timedelta(days=days)
        if order.placed.month >= 11:
            number, month = facts.returns.holiday_until.split()
            end = max(end, datetime.date(order.placed.year + 1, ["January", "February"].index(month) + 1, int(number)))
        late += row.requested > end
        assert delivered <= row.requested
        assert row.requested > end or (row.status != "credited" and row.refused_because != "late")
        assert row.requested <= end or row.status not in ("approved", "refunded")
        if row.received and row.decided and row.channel != "shop":
            inspection = weekdays_between(row.received, row.decided)
            assert 1 <= inspection <= at(facts, "returns.inspection_days", "returns", delivered)
        if row.status in ("approved", "refunded", "credited"):
            amount = round(item.unit_price * 100) * item.quantity
            assert row.refund_cents == amount - row.fee_cents - row.restocking_cents >= 0
            label = local(at(facts, "returns.label_fee", "returns", delivered), where)
            if row.channel == "label":
                assert row.fee_cents in (0, min(label, amount))
                paid_back += row.fee_cents == label
            assert row.fee_cents == 0 or row.reason not in ("damaged", "wrong item")
            assert row.restocking_cents == 0 or category == "furniture"
        else:
            assert row.refund_cents == row.fee_cents == row.restocking_cents == 0
    share = Counter(row.status for row in ledger.returns)
    assert 0.02 < late / len(ledger.returns) < 0.2 and paid_back > 50
    assert share["refunded"] / len(ledger.returns) > 0.7 and share["credited"] and share["refused"] > 5


def test_refund_dates_come_after_the_inspection(drawn):
    facts, ledger = drawn
    methods = {payment.order: payment.method for payment in ledger.payments}
    for row in ledger.returns:
        if row.status == "refunded":
            wait = (row.refunded - row.decided).days
            assert 0 <= wait <= {"card": facts.returns.card_refund_days, "wallet": 3}.get(methods[row.order], 0)


def test_no_customer_has_too_many_returns_open(drawn):
    facts, ledger = drawn
    book, spells = by_id(ledger.orders), defaultdict(dict)
    for row in ledger.returns:
        spells[book[row.order].customer][row.order] = (row.requested, row.decided or NOW.date())
    for found in spells.values():
        for start, _ in found.values():
            assert sum(begin <= start < end for begin, end in found.values()) <= facts.returns.open_returns


def test_payments_sum_to_the_total(drawn):
    facts, ledger = drawn
    parts = defaultdict(list)
    region = {customer.id: customer.region for customer in ledger.customers}
    for payment in ledger.payments:
        parts[payment.order].append(payment)
    plans = 0
    for order in ledger.orders:
        found = parts[order.id]
        assert [part.part for part in found] == list(range(1, len(found) + 1))
        assert sum(part.amount_cents for part in found) == round(order.total * 100)
        assert sum(part.method == "card" for part in found) <= facts.payments.cards_per_order
        assert sum(part.method == "gift card" for part in found) <= at(
            facts, "gift_cards.per_order", "money", order.placed.date()
        )
        assert (order.status == "cancelled") == all(part.status == "released" for part in found)
        if found[0].method == "pay later":
            plans += 1
            where = region[order.customer]
            assert len(found) == at(facts, "payments.instalments", "money", order.placed.date())
            low, high = (local(facts.value(f"payments.instalment_{side}"), where) for side in ("min", "max"))
            assert low <= round(order.total * 100) <= high
            assert found[0].amount_cents - found[-1].amount_cents < len(found)
            assert found[0].due == order.placed.date()
    assert plans > 50


def test_points_are_earned_by_the_dollar(drawn):
    facts, ledger = drawn
    region = {customer.id: customer.region for customer in ledger.customers}
    book, gone = by_id(ledger.orders), {row.order for row in ledger.shipments if row.shipped}
    back = Counter()
    for row in ledger.returns:
        if row.status in ("approved", "refunded", "credited"):
            item = book[row.order].items[row.line - 1]
            back[row.order] += round(item.unit_price * 100) * item.quantity
    members = {row.customer: row for row in ledger.memberships}
    assert set(members) == {customer.id for customer in ledger.customers if customer.member}
    earned = Counter()
    for order in ledger.orders:
        if order.customer in members and members[order.customer].since <= order.placed.date() and order.id in gone:
            goods = sum(round(item.unit_price * 100) * item.quantity for item in order.items) - back[order.id]
            earned[order.customer] += facts.membership.points_per_dollar * (goods // RATES[region[order.customer]])
    for customer, row in members.items():
        assert row.points_earned == earned[customer]
        assert row.points_spent % facts.membership.voucher_points == 0
        assert 0 <= row.points == row.points_earned - row.points_pending - row.points_expired - row.points_spent
        assert 0 <= row.express_left <= facts.membership.express_per_year


def test_worlds_differ_and_a_world_does_not():
    facts = Facts.draw(7)
    assert orders.make(facts, catalogue.draw(facts)) == world(7)[1]
    assert {order.id for order in world(0)[1].orders} != {order.id for order in world(7)[1].orders}


def test_foreign_keys_hold_and_are_needed(database):
    assert query(database, "PRAGMA foreign_key_check") == []
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM customers WHERE id = (SELECT customer_id FROM orders LIMIT 1)")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE orders SET total_cents = total_cents + 1")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE payments SET amount_cents = 'much'")


def test_tables_hold_the_ledger(database):
    ledger = world(0)[1]
    for table, rows in (("orders", ledger.orders), ("shipments", ledger.shipments), ("returns", ledger.returns),
                        ("payments", ledger.payments), ("memberships", ledger.memberships)):  # fmt: skip
        assert query(database, f"SELECT count(*) AS n FROM {table}")[0]["n"] == len(rows)
    found = [Customer.model_validate(dict(row)) for row in query(database, "SELECT * FROM customers ORDER BY id")]
    assert tuple(found) == ledger.customers
    wrong = """SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id
               GROUP BY o.id HAVING sum(quantity * unit_price_cents) != goods_cents"""
    assert query(database, wrong) == []


def test_dump_depends_on_the_content_alone(database, tmp_path):
    again = tmp_path / "again.db"
    orders.write(world(0)[1], again)
    text = orders.dump(database)
    assert orders.dump(again) == text
    with closing(sqlite3.connect(again)) as connection:  # another page size, other row ids: the same content
        connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM order_items")
        connection.execute("DELETE FROM order_items")
        connection.execute("INSERT INTO order_items SELECT * FROM kept ORDER BY order_id DESC, line DESC")
        connection.commit()
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("VACUUM")
    assert again.read_bytes() != database.read_bytes()
    assert orders.dump(again) == text
    with closing(sqlite3.connect(again)) as connection, connection:
        connection.execute("UPDATE customers SET birth_year = birth_year + 1 WHERE id = 'C0001'")
    assert orders.dump(again) != text


def test_an_existing_file_is_not_touched(tmp_path):
    path = tmp_path / "shop.db"
    path.write_bytes(b"mine")
    with pytest.raises(DatabaseError, match="exists already"):
        orders.write(world(0)[1], path)
    assert path.read_bytes() == b"mine"
    with pytest.raises(sqlite3.Error):
        orders.dump(tmp_path / "none.db")
