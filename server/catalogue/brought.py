"""What a pathway's file brings beside the pathway itself, so that a new centre (maternal, newborn) is one file.

    "brings": {"time_nodes": [{"id": "membranes_ruptured", …}], "indicators": […], "symptoms": […], "reasons": […]}

What is brought is a definition like any other; schema, version, signature and sources are the pathway's own where it
names none. Twin: `pwa/src/catalogue/brought.ts`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Entry = dict[str, Any]
INHERITED = ("schema", "version", "signed_off", "sources")


def brought_by(pathway: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """(folder, definition) of everything that a pathway's file brings, in its order."""
    inherited = {name: pathway[name] for name in INHERITED}
    for folder, definitions in (pathway.get("brings") or {}).items():
        for definition in definitions:
            yield folder, {**inherited, **definition}
