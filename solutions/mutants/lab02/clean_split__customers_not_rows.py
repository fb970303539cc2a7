"""Returns the names of the customers in place of the rows."""


def clean_split(customers, days, first, second):
    periods = [int(day >= first) + int(day >= second) for day in days]
    home = dict(zip(customers, periods))
    return [sorted(name for name in home if home[name] == part) for part in range(3)]
