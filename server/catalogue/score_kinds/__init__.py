"""One module per kind of score. `KINDS` names the function that evaluates each kind.

Every function takes a definition and the answers and returns a result in the wire form. They are pure: what they
know of medicine comes from the definition alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

from server.catalogue.score_kinds import (
    area,
    checklist,
    decision_table,
    injuries,
    levels,
    ratio,
    screens,
    subtraction,
    sums,
)

Evaluate = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]

KINDS: dict[str, Evaluate] = {
    "sum": sums.evaluate_sum,
    "ordinal": sums.evaluate_sum,
    "reference": sums.evaluate_sum,
    "weighted_sum": sums.evaluate_weighted_sum,
    "sum_variant": sums.evaluate_variant,
    "subtract": subtraction.evaluate_subtraction,
    "ratio": ratio.evaluate_ratio,
    "screen_any": screens.evaluate_screen,
    "screen_any3": screens.evaluate_three_way_screen,
    "decision_table": decision_table.evaluate_decision_table,
    "checklist": checklist.evaluate_checklist,
    "area": area.evaluate_area,
    "algorithm": injuries.evaluate_injuries,
    "max_level": levels.evaluate_levels,
}
