"""The ledger as a SQLite file: strict tables, foreign keys, checks, money in whole cents, ISO dates in UTC."""

import datetime
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from groundwork.errors import GroundworkError
from groundwork.shop.ledger import Ledger
from groundwork.shop.records import Customer, Record
from groundwork.shop.rules import CURRENCIES, cents

SCHEMA = (Path(__file__).parent / "data" / "schema.sql").read_text(encoding="utf-8")
STRICT_SINCE = (3, 37, 0)
Row = tuple[str | int | None, ...]


class DatabaseError(GroundworkError):
    """A database that cannot be written."""

    exit_code = 2


def write(ledger: Ledger, path: Path) -> None:
    """Write the ledger to a new file. Raises DatabaseError if the file exists or this Python's SQLite is too old."""
    if sqlite3.sqlite_version_info < STRICT_SINCE:
        raise DatabaseError(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer comes with Python 3.11+.")
    if path.exists():
        raise DatabaseError(f"{path} exists already; remove it or choose another place.")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; BEGIN; {SCHEMA}")
        for table, rows in tables(ledger):
            filled = list(rows)
            marks = ", ".join("?" * len(filled[0])) if filled else ""
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", filled)
        connection.execute("COMMIT")


def tables(ledger: Ledger) -> Iterable[tuple[str, Iterable[Row]]]:
    """Every table's rows, a table after those it refers to; values in the order of the schema's columns."""
    regions = {customer.id: customer.region for customer in ledger.customers}
    yield "customers", (values(customer) for customer in ledger.customers)
    yield "memberships", (values(membership) for membership in ledger.memberships)
    yield (
        "products",
        (
            (product.sku, product.name, product.family, product.category, cents(product.price), str(product.launched))
            for product in ledger.products
        ),
    )
    yield "orders", (
        (order.id, order.customer, stored(order.placed), order.status, order.shipping,
         CURRENCIES[regions[order.customer]], cents(order.total) - cents(order.shipping_fee) - cents(order.surcharge),
         cents(order.shipping_fee), cents(order.surcharge), cents(order.total))
        for order in ledger.orders
    )  # fmt: skip
    yield (
        "order_items",
        (
            (item.order, item.line, item.sku, item.color, item.size, item.quantity, cents(item.unit_price))
            for order in ledger.orders
            for item in order.items
        ),
    )
    yield "shipments", (values(shipment) for shipment in ledger.shipments)
    yield "returns", (values(row) for row in ledger.returns)
    yield "payments", (values(payment) for payment in ledger.payments)


def values(record: Record | Customer) -> Row:
    """A record's fields in their order."""
    return tuple(stored(getattr(record, name)) for name in type(record).model_fields)


def stored(value: str | int | datetime.date | None) -> str | int | None:
    """Dates and times as ISO text, true and false as 1 and 0."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def dump(path: Path) -> str:
    """The schema and all rows as text, the same for the same content whatever SQLite wrote or reads it.

    Tables by name, rows by primary key, a JSON list a row. Raises sqlite3.Error if there is no such database.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        made = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
        ).fetchall()
        parts = [f"{sql};\n" for _, _, sql in made]
        for name in (name for kind, name, _ in made if kind == "table"):
            rows = connection.execute(ordered(name, connection))
            parts.append(f"-- {name}\n")
            parts.extend(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return "".join(parts)


def ordered(table: str, connection: sqlite3.Connection) -> str:
    """The query for a table's rows in the order of its primary key."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [f'"{name}"' for place, name in sorted((column[5], column[1]) for column in columns) if place]
    return f"SELECT * FROM {table} ORDER BY {', '.join(keys)}"
