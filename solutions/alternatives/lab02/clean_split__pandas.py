"""pandas: a pivot table, its columns from the last to the first."""

import pandas as pd


def clean_split(customers, days, first, second):
    table = pd.DataFrame({"name": customers, "at": (days >= first).astype(int) + (days >= second)})
    counts = pd.crosstab(table["name"], table["at"]).reindex(columns=[2, 1, 0], fill_value=0)
    home = table["name"].map(counts.idxmax(axis=1)) if len(table) else table["at"]
    return [table.index[(table["at"] == part) & (home == part)].tolist() for part in range(3)]
