"""Lets everything pass."""


def check_citations(citations, documents, asker):
    return ["ok"] * len(citations)
