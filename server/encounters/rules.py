"""What a document must be to be taken (envelope), and what a person should know about it (clinical problems).

The envelope is all that the sync boundary refuses for. Problems never refuse a document: it is stored, flagged and
shown with them. Other programs write documents too, so only `_id`, `kind`, `schema`, `occurred_at`, `author` and
`body` are required; the rest of the envelope is checked where it is given.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from server.encounters.age import real_date, shanghai_date
from server.encounters.folding.document_id import EncounterId, parse_document_id
from server.encounters.folding.instants import as_measure, is_measure, parse_instant
from server.encounters.folding.sections import unreadable_fields
from server.encounters.folding.shapes import SHAPES, fits_shape
from server.encounters.identity_number import check_identity_number
from server.treatments.rules import dose_problems

__all__ = ["KINDS", "EncounterId", "check_envelope", "document_problems", "parse_document_id"]

# The kinds that this version folds. Another kind is stored and passed on untouched.
KINDS = frozenset(SHAPES)
TIME_BASES = ("device", "stated")
# A phone whose clock is off by hours still writes; only a recording long before its own event is worth a look.
FUTURE_TOLERANCE_MS = 5 * 60_000


def _is_named(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _check_clock(clock: Any) -> list[str]:
    if clock is None:
        return []
    if not isinstance(clock, dict):
        return ["clock must be an object {session, mono_ms, offset_ms, error_ms} or null"]
    reasons = []
    if clock.get("session") is not None and not isinstance(clock["session"], str):
        reasons.append("clock.session must be text or null")
    for field in ("mono_ms", "offset_ms", "error_ms"):
        if clock.get(field) is not None and not is_measure(clock[field]):
            reasons.append(f"clock.{field} must be a number of milliseconds or null")
    return reasons


def _check_author(author: Any) -> list[str]:
    if not isinstance(author, dict):
        return ["author must be an object {staff, role}; say who wrote this"]
    return [f"author.{field} must be given" for field in ("staff", "role") if not _is_named(author.get(field))]


def _check_times(document: Mapping[str, Any]) -> list[str]:
    reasons = []
    if parse_instant(document.get("occurred_at")) is None:
        reasons.append("occurred_at must be a time with its zone, such as 2026-11-21T09:31:05.120Z")
    if document.get("recorded_at") is not None and parse_instant(document["recorded_at"]) is None:
        reasons.append("recorded_at must be a time with its zone, such as 2026-11-21T09:31:07.400Z, or left out")
    if document.get("time_basis") is not None and document["time_basis"] not in TIME_BASES:
        reasons.append("time_basis must be device or stated; left out it is device")
    return reasons


def check_envelope(document: Mapping[str, Any]) -> list[str]:
    """Every reason for which the document breaks the envelope, each saying what would be right; empty when it fits."""
    parts = parse_document_id(document.get("_id"))
    if parts is None:
        return ["_id must be encounter:<ulid>:<kind>:<ulid>, with ULIDs of 26 capital characters"]
    reasons = []
    if document.get("kind") != parts.kind:
        reasons.append(f"kind must be {parts.kind}, as _id says")
    schema = document.get("schema")
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        reasons.append("schema must be a whole number from 1")
    reasons += _check_times(document)
    reasons += _check_clock(document.get("clock"))
    reasons += _check_author(document.get("author"))
    for field in ("device", "supersedes"):
        if document.get(field) is not None and not isinstance(document[field], str):
            reasons.append(f"{field} must be text, null, or left out")
    if not isinstance(document.get("body"), dict):
        reasons.append("body must be an object")
    return reasons


def _vital_problems(body: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    problems = [f"vitals.{field}: this is no value" for field in unreadable_fields(dict(body))]
    for field, value in body.items():
        definition = fields.get(field)
        limits = definition.get("hard_range") if isinstance(definition, Mapping) else None
        number = as_measure(value)
        if not isinstance(limits, Mapping) or number is None:
            continue
        low, high = limits.get("min"), limits.get("max")
        if (low is not None and number < low) or (high is not None and number > high):
            problems.append(f"vitals.{field}: {value} is outside {low} to {high}")
    systolic, diastolic = as_measure(body.get("sbp")), as_measure(body.get("dbp"))
    if systolic is not None and diastolic is not None and systolic <= diastolic and (systolic, diastolic) != (0, 0):
        problems.append("vitals.sbp: not above dbp")
    return problems


def _score_problems(body: Mapping[str, Any], catalogue: Any) -> list[str]:
    """A total that the evaluator does not confirm must not be read as if it did."""
    from server.catalogue.evaluate_score import evaluate_score

    score = body["score"]
    definition = catalogue.scores.get(score)
    if definition is None:
        return [f"score.{score}: this catalogue has no such score"]
    told = body.get("result") or {}
    found = evaluate_score(definition, body.get("inputs") or {})
    return [
        f"score.{score}: {field} {told.get(field)} was recorded, {found.get(field)} follows from the answers"
        for field in ("status", "total")
        if told.get(field) != found.get(field)
    ]


def _patient_problems(body: Mapping[str, Any], on: str | None) -> list[str]:
    number = body.get("id_number")
    problems = []
    if body.get("birth_date") and real_date(body["birth_date"]) is None:
        problems.append("patient.birth_date: no date of the calendar")
    if not number:
        return problems
    checked = check_identity_number(number, date.fromisoformat(on or "9999-12-31"))
    if checked["verdict"] != "valid":
        return [*problems, f"patient.id_number: {checked['reason']}"]
    if body.get("birth_date") and body["birth_date"] != checked["birth"]:
        problems.append("patient.birth_date: differs from the identity number")
    if body.get("sex") in ("male", "female") and body["sex"] != checked["sex"]:
        problems.append("patient.sex: differs from the identity number")
    return problems


def _time_problems(document: Mapping[str, Any]) -> list[str]:
    occurred, recorded = parse_instant(document.get("occurred_at")), parse_instant(document.get("recorded_at"))
    clock = document.get("clock")
    offset = as_measure(clock.get("offset_ms")) if isinstance(clock, dict) else None
    if occurred is None or recorded is None:
        return []
    # A stated time is true time, its recording is the device's: compare them only when the device's clock is known.
    if document.get("time_basis") == "stated":
        if offset is None:
            return []
        recorded = int(recorded + offset)
    return ["occurred_at: lies after recorded_at"] if occurred > recorded + FUTURE_TOLERANCE_MS else []


def document_problems(document: Mapping[str, Any], catalogue: Any = None) -> list[str]:
    """What a person should know about a document that fits the envelope: sentences without names or numbers of persons.

    `catalogue` gives ranges of vital signs, definitions of scores and rules of doses; without it those are not checked.
    Never refuses.
    """
    parts = parse_document_id(document.get("_id"))
    if parts is None:
        return []
    body = document.get("body")
    problems = _time_problems(document)
    if not isinstance(body, dict) or not fits_shape(parts.kind, body):
        return [*problems, f"{parts.kind}: the body has another shape than expected"]

    def on() -> str | None:
        return shanghai_date(document.get("recorded_at") or document.get("occurred_at"))

    checks: dict[str, Callable[[], list[str]]] = {
        "patient": lambda: _patient_problems(body, on()),
        "vitals": lambda: _vital_problems(body, catalogue.vitals if catalogue else {}),
        "score": lambda: _score_problems(body, catalogue) if catalogue else [],
        "medication": lambda: dose_problems(body, catalogue.drugs if catalogue else {}),
    }
    check = checks.get(parts.kind)
    return problems + (check() if check else [])
