"""Rejects what holds everywhere."""


def check_citations(citations, documents, asker):
    words = []
    for citation in citations:
        source = documents.get(citation["document"])
        if source is None or source["audience"] not in asker["audiences"]:
            words.append("unknown")
        elif source["effective_from"] and asker["date"] < source["effective_from"]:
            words.append("outdated")
        elif source["effective_until"] and asker["date"] > source["effective_until"]:
            words.append("outdated")
        elif source["region"] not in (asker["region"],):
            words.append("elsewhere")
        else:
            start, end, text = citation["start"], citation["end"], source["text"]
            right = 0 <= start < end <= len(text) and text[start:end] == citation["quote"]
            words.append("ok" if right else "misquoted")
    return words
