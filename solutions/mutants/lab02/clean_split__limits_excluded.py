"""Lets a period begin the day after its limit."""


def clean_split(customers, days, first, second):
    periods = [int(day > first) + int(day > second) for day in days]
    counts = {}
    for customer, period in zip(customers, periods):
        counts.setdefault(customer, [0, 0, 0])[period] += 1
    home = {customer: max(range(3), key=lambda period: (n[period], period)) for customer, n in counts.items()}
    rows = range(len(customers))
    return [[row for row in rows if periods[row] == part == home[customers[row]]] for part in range(3)]
