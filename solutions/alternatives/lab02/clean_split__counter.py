"""A Counter of (customer, period)."""

from collections import Counter


def clean_split(customers, days, first, second):
    at = [sum(day >= limit for limit in (first, second)) for day in days]
    counts = Counter(zip(customers, at))
    result = [[], [], []]
    for row, (name, period) in enumerate(zip(customers, at)):
        others = [counts[name, other] for other in range(3)]
        later = others[period + 1 :]
        if counts[name, period] == max(others) and not any(n == max(others) for n in later):
            result[period].append(row)
    return result
