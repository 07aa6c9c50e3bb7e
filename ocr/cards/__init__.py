"""Card types, one module each, found by scanning this folder. A broken module is reported by its name and left out."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ocr.page import Field, Page
from ocr.plane import Mark, Zone

FIELDS = ("name", "sex", "ethnicity", "birth", "address", "id_number", "authority", "valid")


@dataclass(frozen=True)
class CardSide:
    """One side of a card: how it is known, and how its fields are taken from a page.

    `read` gives fields as printed; the number is left to the reader, who judges it by the rule (`number_zone`).
    """

    side: str
    fields: tuple[str, ...]
    marks: tuple[Mark, ...]
    least_marks: int
    read: Callable[[Page], dict[str, Field]]
    number_zone: Zone | None = None
    # From which height to which nothing but everyday characters is printed (names may hold rare ones).
    common_rows: tuple[float, float] | None = None


@dataclass(frozen=True)
class CardType:
    """A kind of card. A module of this folder offers one as CARD_TYPE."""

    name: str
    sides: tuple[CardSide, ...]


@cache
def load_card_types() -> tuple[tuple[CardType, ...], dict[str, str]]:
    """All card types, and module name -> reason of those that cannot be used."""
    types: list[CardType] = []
    withheld: dict[str, str] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        try:
            card_type = import_module(f"{__name__}.{module.name}").CARD_TYPE
            check_card_type(card_type)
        except Exception as error:  # noqa: BLE001 - whatever a broken card type does, the others must be read
            withheld[module.name] = f"{type(error).__name__}: {error}"
        else:
            types.append(card_type)
    return tuple(types), withheld


def check_card_type(card_type: object) -> None:
    """Raise ValueError for a card type that the reader could not use."""
    if not isinstance(card_type, CardType) or not card_type.sides:
        raise ValueError("CARD_TYPE must be a CardType with at least one side")
    for side in card_type.sides:
        if unknown := set(side.fields) - set(FIELDS):
            raise ValueError(f"side {side.side} has unknown fields {sorted(unknown)}")
        if len(side.marks) < side.least_marks:
            raise ValueError(f"side {side.side} has fewer marks than it asks for")
