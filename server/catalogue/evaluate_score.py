"""Evaluate a score from its definition and the answers.

The result is a value for every outcome: complete, complete_with_untestable, incomplete, not_computable, invalid.
Missing is never normal: without all required answers there is no total. What each kind does is in `score_kinds/`.
Twin: `pwa/src/catalogue/evaluate_score.ts`; both run `tests/vectors/scores`.
"""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds import KINDS


def evaluate_score(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{status, total, band, …}`. Raises only if the definition itself is broken."""
    return KINDS[definition["kind"]](definition, inputs)


def items_of(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items that a form shows: those of the chosen variant where the definition has variants."""
    variants = definition.get("variants")
    if not variants:
        items: list[Mapping[str, Any]] = definition["items"]
        return items
    chosen = inputs.get(definition["evaluation"]["variant_from"])
    name = chosen if isinstance(chosen, str) and chosen in variants else definition["default_variant"]
    chosen_items: list[Mapping[str, Any]] = variants[name]["items"]
    return chosen_items
