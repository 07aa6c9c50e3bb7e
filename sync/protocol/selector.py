"""The basics of Mango selectors, for the `_selector` filter of `_changes`: fields, comparisons, combinations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sync.errors import BadRequest

Matcher = Callable[[Any], bool]
MISSING = object()
TYPES: dict[str, Any] = {
    "null": type(None), "boolean": bool, "number": (int, float), "string": str, "array": list, "object": dict,
}  # fmt: skip


def compile_selector(selector: object) -> Matcher:
    """A function that says whether a document matches. Raises BadRequest for an operator that is not spoken."""
    if not isinstance(selector, Mapping):
        raise BadRequest("the filter _selector needs an object selector")
    return _all_of([_member(name, value) for name, value in selector.items()])


def _member(name: str, value: Any) -> Matcher:
    if name == "$and":
        return _all_of([compile_selector(one) for one in _list(name, value)])
    if name in ("$or", "$nor"):
        parts = [compile_selector(one) for one in _list(name, value)]
        if name == "$or":
            return lambda document: any(part(document) for part in parts)
        return lambda document: not any(part(document) for part in parts)
    if name == "$not":
        inner = compile_selector(value)
        return lambda document: not inner(document)
    if name.startswith("$"):
        raise BadRequest(f"the selector {name[:20]} is not spoken here")
    test = _condition(value)
    path = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", name)]
    return lambda document: test(_at(document, path))


def _at(document: Any, path: list[str]) -> Any:
    for part in path:
        if not isinstance(document, Mapping) or part not in document:
            return MISSING
        document = document[part]
    return document


def _condition(value: Any) -> Matcher:
    if not isinstance(value, Mapping):
        return lambda found: _is_equal(found, value)
    if value and all(isinstance(name, str) and name.startswith("$") for name in value):
        return _all_of([_operator(name, operand) for name, operand in value.items()])
    return compile_selector(value)


def _operator(name: str, operand: Any) -> Matcher:
    if name in COMPARISONS:
        compare = COMPARISONS[name]
        return lambda found: found is not MISSING and _is_like(found, operand) and compare(found, operand)
    match name:
        case "$eq":
            return lambda found: _is_equal(found, operand)
        case "$ne":
            return lambda found: found is not MISSING and not _is_equal(found, operand)
        case "$exists":
            return lambda found: (found is not MISSING) == operand
        case "$in":
            choices = _list(name, operand)
            return lambda found: any(_is_equal(found, one) for one in choices)
        case "$nin":
            refused = _list(name, operand)
            return lambda found: found is not MISSING and not any(_is_equal(found, one) for one in refused)
        case "$not":
            inner = _condition(operand)
            return lambda found: not inner(found)
        case "$size":
            return lambda found: isinstance(found, list) and len(found) == operand
        case "$all":
            wanted = _list(name, operand)
            return lambda found: isinstance(found, list) and all(one in found for one in wanted)
        case "$elemMatch":
            each = _condition(operand)
            return lambda found: isinstance(found, list) and any(each(one) for one in found)
        case "$type":
            return lambda found: _has_type(found, operand)
    raise BadRequest(f"the selector {name[:20]} is not spoken here")


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$lt": lambda found, operand: found < operand,
    "$lte": lambda found, operand: found <= operand,
    "$gt": lambda found, operand: found > operand,
    "$gte": lambda found, operand: found >= operand,
}


def _has_type(found: Any, name: Any) -> bool:
    if name not in TYPES:
        raise BadRequest("$type must be null, boolean, number, string, array or object")
    return isinstance(found, TYPES[name]) and (name != "number" or not isinstance(found, bool))


def _is_like(found: Any, operand: Any) -> bool:
    """Whether two values can be ordered: two numbers or two texts."""
    return any(isinstance(found, kind) and isinstance(operand, kind) for kind in ((int, float), str))


def _is_equal(found: Any, value: Any) -> bool:
    return found is not MISSING and isinstance(found, bool) == isinstance(value, bool) and bool(found == value)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest(f"{name} needs a list")
    return value


def _all_of(parts: list[Matcher]) -> Matcher:
    return lambda value: all(part(value) for part in parts)
