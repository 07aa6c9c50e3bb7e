"""The fold: an encounter's documents in any order, any number of times -> its current state (docs/record.md).

Pure and total: it never raises for what documents contain. Twin of pwa/src/encounters/fold.ts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from server.encounters.folding.corrected_times import CorrectedTimes, corrected_times
from server.encounters.folding.document_id import EncounterId, parse_document_id
from server.encounters.folding.heads import Standing, standing, superseded_id
from server.encounters.folding.instants import format_instant
from server.encounters.folding.sections import (
    Body,
    Entry,
    Item,
    fold_onset,
    fold_vitals,
    newer_entries,
    text,
    unreadable_fields,
)
from server.encounters.folding.shapes import SHAPES, fits_shape

PATIENT_FIELDS = ("name", "sex", "birth_date", "age_years", "id_number", "source", "temporary_name", "phone")
LINK_FIELDS = ("encounter", "relation", "state", "reason", "continues_in", "of")
DUPLICATE_FIELDS = ("encounter", "by", "state", "unit", "site", "opened_at")
REGISTRATION_FIELDS = ("site", "record_number", "visit_number", "former_record_number", "system", "state")
PLAIN_LISTS = {
    "treatments": "treatment",
    "medications": "medication",
    "notes": "note",
    "activations": "activation",
    "assessments": "assessment",
    "consents": "consent",
    "procedures": "procedure",
    "handovers": "handover",
    "attestations": "attestation",
    "outcomes": "outcome",
    "exams": "exam",
    "labs": "lab",
    "locations": "location",
    "ecgs": "ecg",
    "card_readings": "card_reading",
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All that is known about the documents before the kinds are looked at."""

    documents: dict[str, dict[str, Any]]
    entries: dict[str, Entry]
    order: list[str]  # ids by corrected time, None last, then id
    standing: Standing


def _collect(documents: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The documents of one encounter, each once. An id that is not of the encounter does not belong to the record."""
    parsed = [(parts, d) for d in documents if (parts := parse_document_id(d.get("_id"))) is not None]
    parsed.sort(key=lambda pair: pair[1]["_id"])
    return {d["_id"]: d for parts, d in parsed if parts.encounter == parsed[0][0].encounter}


def _parts(document_id: str) -> EncounterId:
    parts = parse_document_id(document_id)
    assert parts is not None, "the sheet holds parsed ids only"
    return parts


def _entry(document: dict[str, Any], times: CorrectedTimes, corrects: int) -> Entry:
    author = document.get("author")
    author = author if isinstance(author, dict) else {}
    # Absent where no badge was read, so that a badge in a record always means one.
    badge = {"badge": author["badge"]} if text(author.get("badge")) else {}
    return {
        "id": document["_id"],
        "kind": _parts(document["_id"]).kind,
        "at": format_instant(times.at),
        "basis": times.basis,
        "error_ms": times.error_ms,
        "recorded_at": format_instant(times.recorded_at),
        "staff": text(author.get("staff")),
        "role": text(author.get("role")),
        **badge,
        "device": text(document.get("device")),
        "supersedes": superseded_id(document),
        "corrects": corrects,
    }


def _lay_sheet(documents: dict[str, dict[str, Any]]) -> _Sheet:
    listed = list(documents.values())
    times = corrected_times(listed)
    stands = standing(listed)
    entries = {i: _entry(d, times[i], stands.corrects[i]) for i, d in documents.items()}
    order = sorted(entries, key=lambda i: (entries[i]["at"] is None, entries[i]["at"] or "", i))
    return _Sheet(documents, entries, order, stands)


def _sort_heads(sheet: _Sheet) -> tuple[dict[str, list[Item]], list[dict[str, Any]]]:
    """Heads of known kind and shape by kind, in order; and all that does not fit."""
    known: dict[str, list[Item]] = {}
    others = []
    for document_id in sheet.order:
        if document_id not in sheet.standing.heads:
            continue
        entry, body = sheet.entries[document_id], sheet.documents[document_id].get("body")
        if entry["kind"] in SHAPES and fits_shape(entry["kind"], body):
            known.setdefault(entry["kind"], []).append(Item(entry, body or {}))
        else:
            others.append({"kind": entry["kind"], "body": body, "entry": entry})
    return known, others


def _header_field(sheet: _Sheet, headers: list[Item], field: str) -> str | None:
    """A header's field: from the newest header that has it, else from those that it corrected."""
    for entry, _ in reversed(headers):
        seen: set[str] = set()
        at: str | None = entry["id"]
        while at is not None and at not in seen and (document := sheet.documents.get(at)) is not None:
            seen.add(at)
            body = document.get("body")
            is_header = sheet.entries[at]["kind"] == "encounter" and fits_shape("encounter", body)
            if is_header and at not in sheet.standing.retracted and body and isinstance(body.get(field), str):
                return str(body[field])
            at = superseded_id(document)
    return None


def _opened_at(sheet: _Sheet) -> str | None:
    headers = [
        sheet.entries[i]["at"]
        for i in sheet.order
        if sheet.entries[i]["kind"] == "encounter" and i not in sheet.standing.retracted
    ]
    recorded = [entry["recorded_at"] for entry in sheet.entries.values()]
    return min(filter(None, headers), default=None) or min(filter(None, recorded), default=None)


def _updated_at(sheet: _Sheet) -> str | None:
    entries = [entry for entry in sheet.entries.values() if entry["kind"] not in ("clock", "rendition")]
    return max((entry["recorded_at"] for entry in entries if entry["recorded_at"]), default=None)


def _fold_media(media: list[Item], renditions: list[Item]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, str]] = {}
    for entry, body in sorted(renditions, key=lambda item: item.entry["id"]):
        found.setdefault(body["of"], {})[body["rendition"]] = entry["id"]
    return [
        {**body, "renditions": dict(sorted(found.get(entry["id"], {}).items())), "entry": entry}
        for entry, body in media
    ]


def _fold_wristbands(items: list[Item]) -> list[dict[str, Any]]:
    """Each code once, with what was said of it last."""
    newest = {item.body["code"]: item for item in items}
    return [
        {"code": body["code"], "state": body["state"], "joined": text(body.get("joined")), "entry": entry}
        for entry, body in items
        if newest[body["code"]].entry is entry
    ]


def _group(items: list[Item], field: str, shape: Callable[[Item], dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(item.body[field], []).append(shape(item))
    return groups


def _fold_retracted(sheet: _Sheet) -> list[dict[str, Any]]:
    folded = []
    for document_id in sheet.order:
        in_force = sheet.standing.retracted.get(document_id)
        if in_force is None:
            continue
        first = next(candidate for candidate in sheet.order if candidate in in_force)
        retraction, body = sheet.entries[first], sheet.documents[first]["body"]
        folded.append(
            {
                "id": document_id,
                "kind": sheet.entries[document_id]["kind"],
                "body": sheet.documents[document_id].get("body"),
                "entry": sheet.entries[document_id],
                "retraction": {
                    "id": first,
                    "reason": text(body.get("reason")),
                    "moved_to": text(body.get("moved_to")),
                    "staff": retraction["staff"],
                    "at": retraction["at"],
                },
            }
        )
    return folded


def _fold_problems(sheet: _Sheet) -> list[dict[str, str]]:
    problems = []
    for document_id, entry in sheet.entries.items():
        body = sheet.documents[document_id].get("body")
        found = set()
        if entry["at"] is None:
            found.add("bad_time")
        if not fits_shape(entry["kind"], body):
            found.add("bad_body")
        elif entry["kind"] == "vitals" and body:
            found.update(f"bad_value:{field}" for field in unreadable_fields(body))
        problems += [{"id": document_id, "problem": problem} for problem in sorted(found)]
    return problems


def _closure(item: Item) -> dict[str, Any]:
    body = item.body
    return {
        "state": body["state"],
        "reason": text(body.get("reason")),
        "text": text(body.get("text")),
        "entry": item.entry,
    }


def _destination(item: Item) -> dict[str, Any]:
    return {"site": item.body["site"], "eta_at": text(item.body.get("eta_at")), "entry": item.entry}


def _prealert(item: Item) -> dict[str, Any]:
    return {
        "site": item.body["site"],
        "eta_at": text(item.body.get("eta_at")),
        "script": text(item.body.get("script")),
        "entry": item.entry,
    }


# How a score came about: shown where it was said, absent where it was not.
SCORE_SAID = ("sources", "untestable_reasons", "filled_normal", "detail")


def _score(item: Item) -> dict[str, Any]:
    body = item.body
    return {
        "inputs": body.get("inputs") or {},
        "result": body.get("result"),
        "definition": body.get("definition"),
        **{name: body[name] for name in SCORE_SAID if body.get(name) is not None},
        "entry": item.entry,
    }


def _time_node(item: Item) -> dict[str, Any]:
    return {
        "at": item.entry["at"],
        "precision": text(item.body.get("precision")),
        "reason": text(item.body.get("reason")),
        "entry": item.entry,
    }


def _last(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    return items[-1] if items else None


def _with_entry(shape: Callable[[Body], Body], items: list[Item]) -> list[dict[str, Any]]:
    return [{**shape(body), "entry": entry} for entry, body in items]


def _texts(fields: tuple[str, ...], items: list[Item]) -> list[dict[str, Any]]:
    return _with_entry(lambda body: {field: text(body.get(field)) for field in fields}, items)


def _unretracted(sheet: _Sheet, kind: str) -> list[Item]:
    return [
        Item(sheet.entries[i], sheet.documents[i]["body"])
        for i in sheet.order
        if sheet.entries[i]["kind"] == kind
        and i not in sheet.standing.retracted
        and fits_shape(kind, sheet.documents[i].get("body"))
    ]


def _without_refused(plain: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """A badge that was refused is on record, and never among what counts as attested."""
    told = plain["attestations"]
    plain["attestations"] = [one for one in told if one.get("outcome") != "refused"]
    refused = [one for one in told if one.get("outcome") == "refused"]
    return {**plain, **({"refused_attestations": refused} if refused else {})}


def fold(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Fold an encounter's documents into its current state. Order and repetition of the documents do not matter."""
    sheet = _lay_sheet(_collect(documents))
    known, others = _sort_heads(sheet)

    def heads(kind: str) -> list[Item]:
        return known.get(kind, [])

    headers = heads("encounter")
    closures = [_closure(item) for item in heads("closure")]
    closure = closures[-1] if closures and closures[-1]["state"] == "closed" else None
    patients = _with_entry(lambda body: {field: body.get(field) for field in PATIENT_FIELDS}, heads("patient"))
    prealerts = [_prealert(item) for item in heads("prealert")]
    acknowledgements = _with_entry(lambda b: {"of": b["of"], "seen": b.get("seen")}, heads("acknowledgement"))
    triage = _with_entry(lambda b: {"level": b["level"], "system": text(b.get("system"))}, heads("triage"))
    complaints = _with_entry(lambda b: {"text": text(b.get("text")), "chips": b.get("chips") or []}, heads("complaint"))
    standing_entries = [sheet.entries[i] for i in sheet.order if i in sheet.standing.heads]
    is_superseded = {i for i in sheet.order if i not in sheet.standing.heads and i not in sheet.standing.retracted}
    plain = {name: _with_entry(lambda body: body, heads(kind)) for name, kind in PLAIN_LISTS.items()}
    treatments, medications, notes = (plain.pop(name) for name in ("treatments", "medications", "notes"))

    return {
        "encounter": _parts(sheet.order[0]).encounter if sheet.order else None,
        "state": "closed" if closure else "open",
        "opened_at": _opened_at(sheet),
        "updated_at": _updated_at(sheet),
        "pathway": _header_field(sheet, headers, "pathway"),
        "symptom": _header_field(sheet, headers, "symptom"),
        "unit": _header_field(sheet, headers, "unit"),
        "site": _header_field(sheet, headers, "site"),
        "incident": _header_field(sheet, headers, "incident"),
        "closure": closure,
        "closures": closures,
        "patient": _last(patients),
        "patients": patients,
        "links": _texts(LINK_FIELDS, heads("link")),
        "duplicates": _texts(DUPLICATE_FIELDS, heads("duplicate")),
        "registrations": _texts(REGISTRATION_FIELDS, heads("registration")),
        "destination": _last([_destination(item) for item in heads("destination")]),
        "destinations": [_destination(item) for item in _unretracted(sheet, "destination")],
        "prealert": _last(prealerts),
        "prealerts": prealerts,
        "acknowledgements": acknowledgements,
        "newer": newer_entries(standing_entries, prealerts[-1]["entry"]["id"] if prealerts else None, acknowledgements),
        "triage": _last(triage),
        "wristbands": _fold_wristbands(heads("wristband")),
        "onset": fold_onset(heads("time_node"), heads("history")),
        "complaint": _last(complaints),
        "histories": _with_entry(lambda body: body, heads("history")),
        "vitals": fold_vitals(heads("vitals")),
        "scores": _group(heads("score"), "score", _score),
        "time_nodes": _group(heads("time_node"), "node", _time_node),
        "treatments": treatments,
        "medications": medications,
        "notes": notes,
        "media": _fold_media(heads("media"), heads("rendition")),
        **_without_refused(plain),
        "others": others,
        "retracted": _fold_retracted(sheet),
        "superseded": [i for i in sheet.order if i in is_superseded],
        "problems": _fold_problems(sheet),
        "documents": sum(1 for i in sheet.order if sheet.entries[i]["kind"] != "rendition"),
    }
