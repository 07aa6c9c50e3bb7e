"""What identifies a patient, and how encounters relate. Pure. Twin of pwa/src/patients/rules.ts.

Identity is a claim: a number that stands in any head of an encounter counts, not only in the newest.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from server.encounters.identity_number import normalise

Folded = Mapping[str, Any]

# Shorter, or the same character again and again, is what somebody typed to get past a field.
_NUMBER = re.compile(r"[0-9A-Z]{6,40}")
_FEWEST_CHARACTERS = 3


def comparable_number(text: object) -> str | None:
    """A number as two encounters may have it in common; None for what names nobody."""
    if not isinstance(text, str):
        return None
    number = normalise(text)
    return number if _NUMBER.fullmatch(number) and len(set(number)) >= _FEWEST_CHARACTERS else None


def identifiers_of(folded: Folded) -> list[str]:
    """Everything by which this patient may be known elsewhere, sorted: `id_number:…`, `wristband:…`."""
    numbers = (comparable_number(patient["id_number"]) for patient in folded["patients"])
    found = {f"id_number:{number}" for number in numbers if number is not None}
    return sorted(found | {f"wristband:{code}" for code in _wristband_codes(folded)})


def _wristband_codes(folded: Folded) -> Iterable[str]:
    bodies = [*folded.get("wristbands", ())]
    bodies += [other["body"] for other in folded["others"] if other["kind"] == "wristband"]
    for body in bodies:
        # A band that was taken off may be on somebody else by now.
        code = body.get("code") if isinstance(body, Mapping) and body.get("state") != "removed" else None
        if isinstance(code, str) and code.strip():
            yield normalise(code)


def newest_links(folded: Folded) -> dict[str, dict[str, Any]]:
    """What was said last of each other encounter: linked, unlinked, or compared and not the same."""
    return {link["encounter"]: link for link in folded["links"] if link["encounter"] != folded["encounter"]}


def linked_to(folded: Folded) -> list[dict[str, Any]]:
    """The encounters that this one is linked to now, by id."""
    found = sorted(newest_links(folded).items())
    return [
        {"encounter": other, "relation": link["relation"], "continues_in": link["continues_in"]}
        for other, link in found
        if link["state"] == "linked"
    ]


def standing_duplicates(folded: Folded) -> dict[str, dict[str, Any]]:
    """The hub's last word on each other encounter that had something in common, where it still has."""
    newest = {one["encounter"]: one for one in folded["duplicates"] if one["encounter"] != folded["encounter"]}
    return {other: one for other, one in newest.items() if one["state"] == "possible"}


def possible_duplicates(folded: Folded) -> list[str]:
    """Other encounters with the same number or wristband that nobody has compared yet, by id."""
    return sorted(standing_duplicates(folded).keys() - newest_links(folded).keys())


def site_of(folded: Folded) -> str | None:
    """The hospital where the patient is going, or where the record began."""
    for said in (folded["destination"], folded["prealert"]):
        if said is not None:
            return str(said["site"])
    site: str | None = folded["site"]
    return site


def registration_here(folded: Folded) -> dict[str, Any] | None:
    """What the present hospital's registration answered last."""
    site = site_of(folded)
    found: list[dict[str, Any]] = [one for one in folded["registrations"] if one["site"] == site]
    return found[-1] if found else None
