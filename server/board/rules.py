"""The small form of an encounter that boards, walls and lists read, and the order of a board.

Pure: no clock; minutes are for the reader to count. Twin of pwa/src/board/rules.ts; shared vectors in
tests/vectors/board. docs/api.md shows a whole summary.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from server.catalogue.vital_limits import alarms, has_adult_limits
from server.encounters.age import completed_years, shanghai_date
from server.encounters.folding.instants import format_instant, is_measure, parse_instant
from server.patients.rules import identifiers_of, linked_to, possible_duplicates, registration_here
from server.treatments.clocks import running_clocks

TREND_LENGTH = 8

Folded = Mapping[str, Any]
VitalFields = Mapping[str, Any]


def summarize(folded: Folded, vital_fields: VitalFields | None) -> dict[str, Any]:
    """Summarize a folded encounter. `vital_fields` is the catalogue's: field id -> definition with its alarm limits."""
    patient = _patient(folded)
    age_years = patient["age_years"] if patient else None
    fields = vital_fields or {}
    latest = folded["vitals"]["latest"]
    values = {field: reading["value"] for field, reading in latest.items()}
    return {
        "encounter": folded["encounter"],
        "state": folded["state"],
        "pathway": folded["pathway"],
        "symptom": folded["symptom"],
        "unit": folded["unit"],
        "site": folded["site"],
        "destination": _destination(folded),
        "patient": patient,
        "claims": len(folded["patients"]),
        "identifiers": identifiers_of(folded),
        "links": linked_to(folded),
        "possible_duplicates": possible_duplicates(folded),
        "registration": _registration(folded),
        "triage": _triage(folded),
        "eta_at": _eta(folded),
        "arrived_at": _node_at(folded, "hospital_door"),
        "first_contact_at": _node_at(folded, "patient_contact_fmc"),
        "onset": _onset(folded),
        "prealert": _prealert(folded),
        "acknowledgements": [_acknowledgement(given) for given in folded["acknowledgements"]],
        "newer": len(folded["newer"]),
        "critical_newer": _critical_newer(folded, fields, age_years),
        "vitals": values,
        "vitals_at": {field: reading["entry"]["at"] for field, reading in latest.items()},
        "alarms": (alarmed := alarms(fields, values, age_years)),
        "alarm_limits": {field: fields[field]["adult_alarm"][side] for field, side in alarmed.items()},
        "limits": "adult" if has_adult_limits(age_years) else "none",
        "not_measurable": {field: why["reason"] for field, why in folded["vitals"]["not_measurable"].items()},
        "trends": _trends(folded),
        "scores": {score: _score(results[-1]) for score, results in folded["scores"].items()},
        "time_nodes": _time_nodes(folded),
        "clocks": running_clocks(folded["treatments"]),
        "complaint": _complaint(folded),
        "allergies": _allergies(folded),
        "wristbands": [band["code"] for band in folded["wristbands"] if band["state"] == "attached"],
        "photos": [_photo(media) for media in folded["media"] if media["media"] == "photo"],
        "closure": _closure(folded),
        "problems": len(folded["problems"]),
        "documents": folded["documents"],
        "opened_at": folded["opened_at"],
        "updated_at": folded["updated_at"],
    }


def _patient(folded: Folded) -> dict[str, Any] | None:
    patient = folded["patient"]
    if patient is None:
        return None
    on = shanghai_date(folded["opened_at"] or folded["updated_at"])
    by_birth = completed_years(patient["birth_date"], on)
    age_years = patient["age_years"] if by_birth is None else by_birth
    return {
        "name": patient["name"],
        "temporary_name": patient["temporary_name"],
        "sex": patient["sex"],
        "birth_date": patient["birth_date"],
        "age_years": age_years,
        "age_basis": "birth_date" if by_birth is not None else None if age_years is None else "stated",
        "id_number": patient["id_number"],
    }


def _registration(folded: Folded) -> dict[str, Any] | None:
    found = registration_here(folded)
    return found and {key: found[key] for key in ("site", "record_number", "visit_number", "state")}


def _destination(folded: Folded) -> dict[str, Any] | None:
    destination = folded["destination"]
    return destination and {"site": destination["site"], "at": destination["entry"]["at"]}


def _triage(folded: Folded) -> dict[str, Any] | None:
    triage = folded["triage"]
    return triage and {"level": triage["level"], "system": triage["system"], "at": triage["entry"]["at"]}


def _onset(folded: Folded) -> dict[str, Any] | None:
    onset = folded["onset"]
    return onset and {key: onset[key] for key in ("node", "state", "at", "precision")}


def _prealert(folded: Folded) -> dict[str, Any] | None:
    prealert = folded["prealert"]
    return prealert and {
        "document": prealert["entry"]["id"],
        "at": prealert["entry"]["at"],
        "site": prealert["site"],
    }


def _acknowledgement(given: Mapping[str, Any]) -> dict[str, Any]:
    entry = given["entry"]
    return {"of": given["of"], "at": entry["at"], "staff": entry["staff"], "role": entry["role"]}


def _closure(folded: Folded) -> dict[str, Any] | None:
    closure = folded["closure"]
    return closure and {"reason": closure["reason"], "at": closure["entry"]["at"]}


def _complaint(folded: Folded) -> dict[str, Any] | None:
    complaint = folded["complaint"]
    return complaint and {"text": complaint["text"], "chips": complaint["chips"]}


def _eta(folded: Folded) -> str | None:
    """The expected arrival that was said last, for the site that is the destination now."""
    destination, prealert = folded["destination"], folded["prealert"]
    told = [said for said in (destination, prealert) if said is not None and parse_instant(said["eta_at"]) is not None]
    if destination is not None:
        told = [said for said in told if said["site"] == destination["site"]]
    newest = max(told, key=lambda said: (said["entry"]["recorded_at"] or "", said["entry"]["id"]), default=None)
    return newest and format_instant(parse_instant(newest["eta_at"]))


def _node_at(folded: Folded, node: str) -> str | None:
    found = folded["time_nodes"].get(node)
    at: str | None = found[-1]["at"] if found else None
    return at


def _time_nodes(folded: Folded) -> list[dict[str, Any]]:
    nodes = [(node, one) for node, found in folded["time_nodes"].items() for one in found]
    nodes.sort(key=lambda pair: (pair[1]["at"] is None, pair[1]["at"] or "", pair[1]["entry"]["id"]))
    return [
        {
            "node": node,
            "at": one["at"],
            "precision": one["precision"],
            "basis": one["entry"]["basis"],
            "error_ms": one["entry"]["error_ms"],
        }
        for node, one in nodes
    ]


def _critical_newer(folded: Folded, fields: VitalFields, age_years: float | None) -> int:
    newer = set(folded["newer"])
    sets = [one for one in folded["vitals"]["sets"] if one["entry"]["id"] in newer]
    return sum(1 for one in sets if alarms(fields, one["values"], age_years))


def _trends(folded: Folded) -> dict[str, list[list[Any]]]:
    trends: dict[str, list[list[Any]]] = {}
    for one in folded["vitals"]["sets"]:
        for field, value in one["values"].items():
            if is_measure(value) and one["entry"]["at"] is not None:
                trends.setdefault(field, []).append([one["entry"]["at"], value])
    return {field: points[-TREND_LENGTH:] for field, points in trends.items()}


def _score(newest: Mapping[str, Any]) -> dict[str, Any]:
    result = newest["result"] or {}
    return {
        "status": result.get("status"),
        "total": result.get("total"),
        "band": result.get("band"),
        "at": newest["entry"]["at"],
    }


def _allergies(folded: Folded) -> list[str]:
    return list(dict.fromkeys(name for history in folded["histories"] for name in history.get("allergies") or []))


def _photo(media: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "document": media["entry"]["id"],
        "purpose": media.get("purpose"),
        "thumbnail": media["renditions"].get("thumbnail"),
        "at": media["entry"]["at"],
    }


GROUPS = ("coming", "arrived", "finished")


def board_group(summary: Mapping[str, Any]) -> str:
    """Where a summary stands on a board: coming, arrived (also walked in) or finished."""
    if summary["state"] == "closed":
        return "finished"
    return "arrived" if summary["arrived_at"] is not None or is_walk_in(summary) else "coming"


def is_walk_in(summary: Mapping[str, Any]) -> bool:
    """Whether the hospital opened the record itself, and the patient has not been sent on to another one since."""
    site, bound_for = summary["site"], summary["destination"]
    return site is not None and summary["unit"] is None and (bound_for is None or bound_for["site"] == site)


def board_order(summaries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who comes next first (unknown arrival last); then who arrived; then who is finished, newest first in both."""

    def newest(summary: Mapping[str, Any]) -> float:
        at = summary["closure"]["at"] if summary["closure"] else summary["arrived_at"] or summary["opened_at"]
        return -(parse_instant(at) or 0)

    def key(summary: Mapping[str, Any]) -> tuple[Any, ...]:
        group = GROUPS.index(board_group(summary))
        if group:
            return group, False, newest(summary), "", summary["encounter"] or ""
        eta, opened = summary["eta_at"], summary["opened_at"]
        return group, eta is None, parse_instant(eta) or 0, opened or "", summary["encounter"] or ""

    return sorted(summaries, key=key)
