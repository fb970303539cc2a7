"""Drops every customer who wrote in several periods, instead of keeping their main one."""


def clean_split(customers, days, first, second):
    periods = [int(day >= first) + int(day >= second) for day in days]
    counts = {}
    for customer, period in zip(customers, periods):
        counts.setdefault(customer, [0, 0, 0])[period] += 1
    home = {customer: n.index(max(n)) if n.count(0) == 2 else None for customer, n in counts.items()}
    rows = range(len(customers))
    return [[row for row in rows if periods[row] == part == home[customers[row]]] for part in range(3)]
