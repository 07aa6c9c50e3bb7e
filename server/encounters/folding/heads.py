"""Which documents stand: retractions, chains of `supersedes`, settled claims, cycles.

Twin of pwa/src/encounters/folding/heads.ts.
"""

from dataclasses import dataclass
from typing import Any

from server.encounters.folding.document_id import parse_document_id


@dataclass(frozen=True, slots=True)
class Standing:
    retracted: dict[str, list[str]]  # retracted document -> ids of the retractions in force that name it
    heads: set[str]
    corrects: dict[str, int]  # how many documents stand below this one in its chain


def superseded_id(document: dict[str, Any]) -> str | None:
    """The id that the document says it corrects."""
    named = document.get("supersedes")
    return named if isinstance(named, str) else None


def _retracted_id(document: dict[str, Any]) -> str | None:
    parts = parse_document_id(document["_id"])
    body = document.get("body")
    if parts is None or parts.kind != "retraction" or not isinstance(body, dict):
        return None
    return body["of"] if isinstance(body.get("of"), str) else None


def _retractions_in_force(documents: list[dict[str, Any]]) -> dict[str, str]:
    """The retractions in force, with what they name.

    One that is itself retracted by one in force is not. Retractions that retract each other in a circle decide
    nothing, so what they name stays visible.
    """
    names = {d["_id"]: of for d in documents if (of := _retracted_id(d)) is not None}
    attackers: dict[str, list[str]] = {}
    for retraction, of in names.items():
        attackers.setdefault(of, []).append(retraction)
    in_force: dict[str, str] = {}
    undone: set[str] = set()
    changed = True
    while changed:
        changed = False
        for retraction, of in names.items():
            if retraction in in_force or retraction in undone:
                continue
            against = attackers.get(retraction, [])
            if any(attacker in in_force for attacker in against):
                undone.add(retraction)
            elif all(attacker in undone for attacker in against):
                in_force[retraction] = of
            else:
                continue
            changed = True
    return in_force


def _in_cycles(below: dict[str, str]) -> set[str]:
    """Documents that supersede each other in a circle: they all stay visible."""
    cyclic: set[str] = set()
    done: set[str] = set()
    for start in below:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = below.get(at)
        if at is not None and at in path:
            trail = list(path)
            cyclic.update(trail[trail.index(at) :])
        done.update(path)
    return cyclic


def _settled_ids(document: dict[str, Any]) -> list[str]:
    """The other claims of identity that a claim says it takes the place of, besides the one that it supersedes."""
    parts = parse_document_id(document["_id"])
    body = document.get("body")
    if parts is None or parts.kind != "patient" or not isinstance(body, dict):
        return []
    named = body.get("settles")
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _settled(documents: list[dict[str, Any]], living: dict[str, str], retracted: dict[str, list[str]]) -> set[str]:
    """Claims that a standing choice has settled. Claims that settle each other in a circle decide nothing."""
    below: dict[str, list[str]] = {document_id: [named] for document_id, named in living.items()}
    choices: list[tuple[str, str]] = []
    is_claim = {d["_id"] for d in documents if (parts := parse_document_id(d["_id"])) and parts.kind == "patient"}
    for document in documents:
        if document["_id"] in retracted:
            continue
        for named in _settled_ids(document):
            if named in is_claim and named != document["_id"]:
                choices.append((document["_id"], named))
                below.setdefault(document["_id"], []).append(named)

    def leads_back(start: str, goal: str) -> bool:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            at = waiting.pop()
            if at == goal:
                return True
            if at not in seen:
                seen.add(at)
                waiting += below.get(at, [])
        return False

    return {named for choice, named in choices if not leads_back(named, choice)}


def _chain_length(document_id: str, supersedes: dict[str, str]) -> int:
    seen = {document_id}
    at = supersedes.get(document_id)
    while at is not None and at not in seen:
        seen.add(at)
        at = supersedes.get(at)
    return len(seen) - 1


def standing(documents: list[dict[str, Any]]) -> Standing:
    """Decide which documents stand. The documents are those of one encounter, each given once."""
    present = [document["_id"] for document in documents]
    is_present = set(present)
    retracted: dict[str, list[str]] = {}
    for retraction, of in _retractions_in_force(documents).items():
        if of in is_present:
            retracted.setdefault(of, []).append(retraction)
    supersedes = {d["_id"]: named for d in documents if (named := superseded_id(d)) is not None and named in is_present}
    living = {document_id: named for document_id, named in supersedes.items() if document_id not in retracted}
    named_by_another = {named for document_id, named in living.items() if document_id != named}
    cyclic = _in_cycles(living)
    settled = _settled(documents, living, retracted)
    heads = {
        i for i in present if i not in retracted and i not in settled and (i not in named_by_another or i in cyclic)
    }
    return Standing(retracted, heads, {i: _chain_length(i, supersedes) for i in present})
