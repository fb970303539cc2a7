"""Tokens that stand in staff documents and nowhere else, so that a leak can be seen by a program."""

import hashlib


def canary(seed: int, document: str) -> str:
    """A token that stands in one staff document and nowhere else: whoever shows it has leaked that document."""
    return f"AW-INT-{hashlib.sha256(f'canary/{seed}/{document}'.encode()).hexdigest()[:10].upper()}"
