"""The hash of a definition: SHA-256 of its canonical JSON, first 16 hex digits.

Canonical means: keys sorted, no white space, UTF-8, numbers as JavaScript writes them (15, not 15.0), so that the
phone computes the same hash from the same file. Twin: `pwa/src/catalogue/canonical.ts`.
"""

import hashlib
import json
from typing import Any

HASH_LENGTH = 16


def canonical_json(value: Any) -> str:
    """The one text of a JSON value that both sides agree on."""
    return json.dumps(plain_numbers(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def definition_hash(definition: Any) -> str:
    return hashlib.sha256(canonical_json(definition).encode()).hexdigest()[:HASH_LENGTH]


def plain_numbers(value: Any) -> Any:
    """Whole floats become ints. Python and JavaScript write other floats alike down to 0.0001."""
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        if abs(value) < 0.0001:
            raise ValueError(f"{value!r} is too small to be written alike by Python and JavaScript")
        return value
    if isinstance(value, dict):
        return {key: plain_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain_numbers(inner) for inner in value]
    return value
