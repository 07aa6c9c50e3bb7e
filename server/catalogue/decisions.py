"""What a site decided about the catalogue without copying a file: which variant it uses, and what it has signed off.

`<instance>/catalogue/decisions.json`, written by `flask --app wsgi catalogue choose|sign|unsign` or by hand:

    {"variants": {"ti": "k1346"},
     "signed_off": [{"folder": "scores", "id": "nihss", "hash": "4a33…", "by": "…", "role": "…", "at": "2026-11-20"}]}

A signature is for one hash: when an update changes the definition, it no longer counts, and the status page says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

FILE = "decisions.json"
Entry = dict[str, Any]


class SignatureSchema(Schema):
    folder = fields.String(required=True)
    id = fields.String(required=True)
    hash = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{16}$"))
    by = fields.String(required=True, validate=validate.Length(min=1, max=100))
    role = fields.String(load_default="")
    at = fields.String(required=True, validate=validate.Length(min=10))


class DecisionsSchema(Schema):
    variants = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    signed_off = fields.List(fields.Nested(SignatureSchema), load_default=list)


class DecisionsProblem(Exception):
    """The decisions cannot be used; the text says why and what to do."""


def read_decisions(folder: Path) -> dict[str, Any]:
    """The site's decisions; empty ones where there is no file. Raises DecisionsProblem."""
    path = folder / FILE
    try:
        found = DecisionsSchema().load(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return {"variants": {}, "signed_off": []}
    except (OSError, ValueError, RecursionError) as error:
        raise DecisionsProblem(f"{FILE} is not readable JSON: {error}; mend it, or move it away") from error
    except ValidationError as error:
        raise DecisionsProblem(f"{FILE} does not fit its schema: {error.messages}") from error
    if not isinstance(found, dict):
        raise DecisionsProblem(f"{FILE} must hold one JSON object")
    return found


def write_decisions(folder: Path, decisions: Mapping[str, Any]) -> None:
    """Replace the file as a whole, so that a crash leaves the old one."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / (FILE + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(decisions, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / FILE)


def with_variant(definition: Entry, variant: str) -> Entry:
    """The definition with another default variant and a version of its own. Raises DecisionsProblem."""
    variants = definition.get("variants") or {}
    if variant not in variants:
        known = ", ".join(variants) or "none"
        raise DecisionsProblem(f"{definition['id']} has no variant {variant!r}; there is: {known}")
    version = definition["version"]
    joined = f"{version}.{variant}" if "+" in version else f"{version}+{variant}"
    return {**definition, "default_variant": variant, "version": joined}


def signatures_that_count(
    signed: list[dict[str, Any]], hashes: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, dict[str, dict[str, Any]]], list[str]]:
    """Signatures by folder and id for definitions as they are now, and what is said of the others."""
    counting: dict[str, dict[str, dict[str, Any]]] = {}
    faults = []
    for one in signed:
        current = hashes.get(one["folder"], {}).get(one["id"])
        name = f"{one['folder']}/{one['id']}"
        if current is None:
            faults.append(f"{one['by']} signed {name}, which is not in the catalogue")
        elif current != one["hash"]:
            faults.append(f"{one['by']} signed {name} as {one['hash']}, and it is {current} now; have it signed again")
        else:
            counting.setdefault(one["folder"], {})[one["id"]] = one
    return counting, faults
