"""Floor 1: the shop, a whole fictional company whose truth is known to the character.

>>> from groundwork import shop
>>> shop.build(7, folder)  # doctest: +SKIP
>>> shop.World(folder).questions[0].text  # doctest: +SKIP
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`shop.build` and `shop.World`, imported when they are first used: the generators take a second to load."""
    if name == "build":
        from groundwork.shop.make import build

        return build
    if name == "World":
        from groundwork.shop.world import World

        return World
    raise AttributeError(f"groundwork.shop has no {name!r}; it offers build and World")
