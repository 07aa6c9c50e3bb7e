"""What a second reading of a card says against the patient as claimed. Pure; twin of pwa/src/cards/second_reading.ts.

Both are held to tests/vectors/cards/second_readings.json.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

# A card's field -> the field of a `patient` body that it speaks about.
CLAIMED = {
    "name": "name",
    "sex": "sex",
    "ethnicity": "ethnicity",
    "birth": "birth_date",
    "address": "address",
    "id_number": "id_number",
    "authority": "card_authority",
    "valid": "card_valid",
}
SEXES = {"男": "male", "女": "female"}
# What the hub itself read with less is no reason to ask anybody; an address this sure is still wrong at times.
SURE = 0.9


def read_fields(card: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of a card's reading that are sure enough to be told to a person: `{value, confidence}` by name."""
    fields = card.get("fields") or {}
    return {name: fields[name] for name in CLAIMED if fields.get(name) and fields[name]["confidence"] >= SURE}


def differences(fields: Mapping[str, Mapping[str, Any]], claim: Mapping[str, Any]) -> list[str]:
    """Fields whose reading fills what the claim leaves open, or says something else, in the order of the card."""
    return [name for name in CLAIMED if name in fields and not is_claimed(name, fields[name].get("value"), claim)]


def is_claimed(name: str, value: Any, claim: Mapping[str, Any]) -> bool:
    """Whether the claim says already what was read; what is no text says nothing."""
    if not isinstance(value, str):
        return True
    said = claim.get(CLAIMED[name])
    return isinstance(said, str) and plain(said) == plain(SEXES.get(value, "") if name == "sex" else value)


def plain(text: str) -> str:
    """Text without its spaces and widths, which no person would call a difference."""
    return "".join(unicodedata.normalize("NFKC", text).split())
