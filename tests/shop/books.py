"""What the order book's tests share: worlds, and the shop's arithmetic written again, from its documents."""

import datetime
from functools import cache

from groundwork.shop import catalogue, orders
from groundwork.shop.facts import Facts
from groundwork.shop.ledger import Ledger

NOW = datetime.datetime(2026, 9, 15)
RATES = {"us": 100, "ca": 136, "uk": 79, "eu": 92}


@cache
def world(seed: int) -> tuple[Facts, Ledger]:
    facts = Facts.draw(seed)
    return facts, orders.make(facts, catalogue.draw(facts))


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
