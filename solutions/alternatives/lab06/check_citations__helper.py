"""A function for one citation, with the dates as one expression."""


def verdict(citation, source, asker):
    if not source or source["audience"] not in set(asker["audiences"]):
        return "unknown"
    if not (source["effective_from"] or "") <= asker["date"] <= (source["effective_until"] or "9999"):
        return "outdated"
    if source["region"] != "all" and source["region"] != asker["region"]:
        return "elsewhere"
    places = range(len(source["text"]) + 1)
    if citation["start"] not in places or citation["end"] not in places or citation["start"] >= citation["end"]:
        return "misquoted"
    same = source["text"][citation["start"] : citation["end"]] == citation["quote"]
    return "ok" if same else "misquoted"


def check_citations(citations, documents, asker):
    return tuple(verdict(each, documents.get(each["document"]), asker) for each in citations)
