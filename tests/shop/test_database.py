"""The order book as a SQLite file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from groundwork.shop import orders
from groundwork.shop.database import DatabaseError
from groundwork.shop.records import Customer
from tests.shop.books import world


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "shop.db"
    orders.write(world(0)[1], path)
    return path


def query(path: Path, sql: str) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(sql).fetchall()


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
