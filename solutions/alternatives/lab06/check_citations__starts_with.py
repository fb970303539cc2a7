"""Looks for the quote at its place with startswith, and checks the lengths."""


def check_citations(citations, documents, asker):
    words = []
    for c in citations:
        d = documents.get(c["document"], {"audience": None})
        faults = []
        if d["audience"] is None or d["audience"] not in asker["audiences"]:
            faults.append("unknown")
        else:
            if d["effective_from"] is not None and d["effective_from"] > asker["date"]:
                faults.append("outdated")
            if d["effective_until"] is not None and d["effective_until"] < asker["date"]:
                faults.append("outdated")
            if not (d["region"] == "all" or d["region"] == asker["region"]):
                faults.append("elsewhere")
            length = c["end"] - c["start"]
            placed = c["start"] >= 0 and length > 0 and len(c["quote"]) == length
            if not placed or not d["text"].startswith(c["quote"], c["start"]):
                faults.append("misquoted")
        words.append((faults + ["ok"])[0])
    return words
