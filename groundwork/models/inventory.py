"""The models as tables: what there is, and whether the bytes on this machine are still the published ones."""

from rich.console import Console
from rich.table import Table

from groundwork.models import weights


def print_models(console: Console) -> None:
    """Name, size, licence, origin and whether each model is cached."""
    table = Table(title="Models")
    for name in ("model", "MB", "licence", "on this machine", "origin"):
        table.add_column(name, justify="right" if name == "MB" else "left")
    for name, model in weights.load_manifest().items():
        there = "[green]yes[/]" if weights.cached(name) else "no"
        table.add_row(name, f"{model.size / 1e6:,.0f}", model.licence, there, model.origin)
    console.print(table)


def print_verification(name: str | None, console: Console) -> bool:
    """Hash one model, or every cached one, and print a line a file; returns whether all of them are as published."""
    names = [name] if name else [model for model in weights.load_manifest() if weights.cached(model)]
    if not names:
        console.print("No model is cached yet. Fetch them with: python3 course.py models fetch")
    good = True
    for model in names:
        for check in weights.verify(model):
            good &= check.ok
            console.print(f"{'[green]✓[/]' if check.ok else '[red]✗[/]'} {model}/{check}", soft_wrap=True)
    return good
