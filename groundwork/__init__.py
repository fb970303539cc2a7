"""Groundwork: from a bag of words to a support assistant that proves its answers."""

__version__ = "0.1.0"
