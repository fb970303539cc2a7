"""What follows an order keeps the rules: returns, refunds, payments, points."""

import datetime
from collections import Counter, defaultdict

import pytest

from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger
from tests.shop.books import NOW, RATES, at, by_id, local, weekdays_between, world

SEEDS = (0, 7, 23)


@pytest.fixture(params=SEEDS, scope="module")
def drawn(request) -> tuple[Facts, Ledger]:
    return world(request.param)


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
