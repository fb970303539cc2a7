"""Cuts where the first late day stands, as if the rows were in the order of time."""


def clean_split(customers, days, first, second):
    cuts = [sum(day < limit for day in days) for limit in (first, second)]
    spans = (range(cuts[0]), range(cuts[0], cuts[1]), range(cuts[1], len(days)))
    counts = {name: [sum(customers[row] == name for row in span) for span in spans] for name in set(customers)}
    home = {name: max(range(3), key=lambda part: (n[part], part)) for name, n in counts.items()}
    return [[row for row in span if home[customers[row]] == part] for part, span in enumerate(spans)]
