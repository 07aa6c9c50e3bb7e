"""Pieces of the catalogue's page: items with their points, bands, conditions, sources."""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]

SIGNS = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "in": "in"}


def words(label: Mapping[str, str]) -> str:
    """Both languages, Chinese first; once where they are the same."""
    text = label["zh"] if label["zh"] == label["en"] else f"{label['zh']} / {label['en']}"
    return text.replace("|", "\\|")


def items_table(items: list[Item]) -> list[str]:
    if not items:
        return []
    rows = ["| item | name | answers and points |", "|---|---|---|"]
    return rows + [f"| `{item['id']}`{mark(item)} | {words(item['label'])} | {answers_text(item)} |" for item in items]


def mark(item: Item) -> str:
    if item.get("required"):
        return ""
    return f" (if {item['required_if']})" if "required_if" in item else " (optional)"


def answers_text(item: Item) -> str:
    """Options with points, or ranges with points, then special values."""
    parts = [f"{words(option['label'])}{points(option)}" for option in item.get("options", [])]
    parts += [f"{range_text(band)}{points(band)}" for band in item.get("bands", [])]
    for scale in ("scale1", "scale2_air", "scale2_oxygen"):
        parts += [f"{scale}: {range_text(band)}{points(band)}" for band in item.get(scale, [])]
    for special in item.get("special_values", []):
        parts.append(f"{special['value']}: {words(special['label'])}")
    if "hard_range" in item:
        limits = item["hard_range"]
        parts.append(f"allowed {limits['min']} to {limits['max']} {item.get('unit', '')}".strip())
    if "alternative_unit" in item:
        other = item["alternative_unit"]
        parts.append(f"or `{other['field']}` in {other['unit']}, divided by {other['divide_by']}")
    return "; ".join(parts) or item["type"]


def points(scored: Mapping[str, Any]) -> str:
    return "" if scored.get("points") is None else f" = {scored['points']}"


def range_text(band: Mapping[str, Any]) -> str:
    low, high = band.get("min"), band.get("max")
    at_least = "≥" if band.get("min_inclusive", True) else ">"
    at_most = "≤" if band.get("max_inclusive", True) else "<"
    if low is None:
        return f"{at_most}{high}"
    if high is None:
        return f"{at_least}{low}"
    return str(low) if low == high else f"{at_least}{low} {at_most}{high}"


def bands_table(bands: list[Mapping[str, Any]]) -> list[str]:
    if not bands:
        return []
    rows = ["| band | total | meaning | severity |", "|---|---|---|---|"]
    for band in bands:
        condition = f", {band['condition']}" if "condition" in band else ""
        rows.append(f"| {band['id']} | {range_text(band)}{condition} | {words(band['label'])} | {band['severity']} |")
    return rows


def condition_text(condition: Mapping[str, Any]) -> str:
    """`rr > 30 and can_walk is false`."""
    return " and ".join(part_text(name, expected) for name, expected in condition.items())


def part_text(name: str, expected: Any) -> str:
    if not isinstance(expected, Mapping):
        return f"{name} is {str(expected).lower() if isinstance(expected, bool) else expected}"
    limits = [
        f"{SIGNS[operator]} {', '.join(map(str, limit)) if isinstance(limit, list) else limit}"
        for operator, limit in expected.items()
    ]
    return f"{name} {' and '.join(limits)}"


def sources_list(sources: list[Mapping[str, Any]]) -> list[str]:
    lines = ["Sources:"]
    for source in sources:
        title = source.get("title") or source.get("id")
        link = f"[{title}]({source['url']})" if source.get("url") else title
        lines.append(f"- {link} ({source['access']})")
    return lines
