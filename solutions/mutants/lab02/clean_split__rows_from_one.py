"""Counts rows from 1."""


def clean_split(customers, days, first, second):
    periods = [int(day >= first) + int(day >= second) for day in days]
    counts = {}
    for customer, period in zip(customers, periods):
        counts.setdefault(customer, [0, 0, 0])[period] += 1
    home = {customer: max(range(3), key=lambda period: (n[period], period)) for customer, n in counts.items()}
    cases = list(enumerate(zip(customers, periods), start=1))
    return [[row for row, (name, at) in cases if at == part == home[name]] for part in range(3)]
