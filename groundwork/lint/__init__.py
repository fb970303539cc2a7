"""Floor 6: the linter of notebooks, `course.py lint`.

>>> from groundwork.lint import lint
>>> lint([Path("notebooks/00_welcome.ipynb")])  # doctest: +SKIP
[]
"""

from groundwork.lint.check import Finding, default_paths, lint, measured, print_findings, rows

__all__ = ["Finding", "default_paths", "lint", "measured", "print_findings", "rows"]
