"""The shape that the fold expects of each kind's body.

A body of another shape is shown among `others`, with a problem. Twin of pwa/src/encounters/folding/shapes.ts.
"""

from collections.abc import Callable
from typing import Any

from server.encounters.folding.instants import is_measure

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _is_level(value: Any) -> bool:
    return is_measure(value) and value in (1, 2, 3, 4)


_text = _optional(_is_text)
_texts = _optional(_is_texts)
_object = _optional(_is_object)

# The kinds that this version knows, and what the fields it relies on must look like.
SHAPES: dict[str, dict[str, Check]] = {
    "encounter": {"pathway": _is_text, "unit": _text, "site": _text, "symptom": _text, "incident": _text},
    "patient": {
        "name": _text,
        "sex": _text,
        "birth_date": _text,
        "age_years": _optional(is_measure),
        "id_number": _text,
        "source": _text,
        "temporary_name": _text,
        "phone": _text,
        "settles": _texts,
    },
    "link": {
        "encounter": _is_text,
        "relation": _text,
        "state": lambda value: value in ("linked", "unlinked"),
        "reason": _text,
        "continues_in": _text,
        "of": _text,
    },
    "duplicate": {
        "encounter": _is_text,
        "by": _text,
        "state": lambda value: value in ("possible", "cleared"),
        "unit": _text,
        "site": _text,
        "opened_at": _text,
    },
    "registration": {
        "site": _is_text,
        "record_number": _is_text,
        "visit_number": _text,
        "former_record_number": _text,
        "system": _text,
        "state": _text,
    },
    "complaint": {"text": _text, "chips": _texts},
    "history": {
        "onset": _text,
        "node": _text,
        "past": _texts,
        "allergies": _texts,
        "medications": _texts,
        "text": _text,
    },
    "vitals": {"not_measurable": _object, "confirmed": _texts},
    "score": {"score": _is_text, "inputs": _object, "result": _object, "definition": _object},
    "time_node": {"node": _is_text, "precision": _text, "reason": _text},
    "treatment": {"procedure": _text, "text": _text},
    "medication": {"drug": _text, "text": _text},
    "media": {"media": _is_text, "purpose": _text},
    "note": {"text": _is_text},
    "destination": {"site": _is_text, "eta_at": _text},
    "prealert": {"site": _is_text, "eta_at": _text, "script": _text},
    "acknowledgement": {"of": _is_text, "seen": _texts},
    "triage": {"level": _is_level, "system": _text},
    "closure": {"state": lambda value: value in ("closed", "reopened"), "reason": _text, "text": _text},
    "retraction": {"of": _is_text, "reason": _text, "moved_to": _text},
    "wristband": {"code": _is_text, "state": lambda value: value in ("attached", "removed"), "joined": _text},
    "rendition": {"of": _is_text, "rendition": _is_text},
    "card_reading": {
        "of": _is_text,
        "state": lambda value: value in ("suggested", "accepted", "dismissed"),
        "fields": _object,
    },
    "clock": {},
    "activation": {},
    "assessment": {},
    "attestation": {},
    "consent": {},
    "ecg": {},
    "exam": {},
    "handover": {},
    "lab": {},
    "location": {},
    "outcome": {},
    "procedure": {},
}


def fits_shape(kind: str, body: Any) -> bool:
    """Whether the body is what the fold expects of this kind."""
    return isinstance(body, dict) and all(check(body.get(field)) for field, check in SHAPES.get(kind, {}).items())
