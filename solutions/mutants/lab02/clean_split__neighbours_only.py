"""Compares only neighbouring parts, so that a customer may be in train and test."""


def clean_split(customers, days, first, second):
    period = [int(day >= first) + int(day >= second) for day in days]
    rows = range(len(days))
    counts = {name: [0, 0, 0] for name in customers}
    for row in rows:
        counts[customers[row]][period[row]] += 1
    result = [[], [], []]
    for row in rows:
        n, at = counts[customers[row]], period[row]
        lost = (at > 0 and n[at - 1] > n[at]) or (at < 2 and n[at + 1] >= n[at])
        if not lost:
            result[at].append(row)
    return result
