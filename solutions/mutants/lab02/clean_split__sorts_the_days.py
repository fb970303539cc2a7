"""Right, but replaces the caller's days by the periods."""


def clean_split(customers, days, first, second):
    days[:] = (days >= first).astype(int) + (days >= second)
    counts = {}
    for customer, period in zip(customers, days):
        counts.setdefault(customer, [0, 0, 0])[period] += 1
    home = {customer: max(range(3), key=lambda period: (n[period], period)) for customer, n in counts.items()}
    rows = range(len(customers))
    return [[row for row in rows if days[row] == part == home[customers[row]]] for part in range(3)]
