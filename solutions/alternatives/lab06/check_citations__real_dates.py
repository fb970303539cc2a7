"""Compares dates as dates."""

from datetime import date


def check_citations(citations, documents, asker):
    today = date.fromisoformat(asker["date"])
    readable = {name: d for name, d in documents.items() if d["audience"] in asker["audiences"]}
    result = []
    for citation in citations:
        if citation["document"] not in readable:
            result.append("unknown")
            continue
        source = readable[citation["document"]]
        begun = source["effective_from"] is None or date.fromisoformat(source["effective_from"]) <= today
        ended = source["effective_until"] is not None and date.fromisoformat(source["effective_until"]) < today
        if ended or not begun:
            result.append("outdated")
        elif source["region"] not in {"all", asker["region"]}:
            result.append("elsewhere")
        elif citation["start"] < 0 or citation["end"] > len(source["text"]) or not citation["quote"]:
            result.append("misquoted")
        elif source["text"][citation["start"] : citation["end"]] != citation["quote"]:
            result.append("misquoted")
        else:
            result.append("ok")
    return result
