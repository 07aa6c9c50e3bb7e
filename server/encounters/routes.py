"""GET /api/encounters…: one encounter, a search, a photograph. Every answer about a patient is on record first."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from server.accounts.rules import Session
from server.encounters import access, paging
from server.encounters.fold import fold
from server.encounters.names import names_of, staff_in
from server.encounters.rules import document_problems, parse_document_id
from server.errors import WireError
from server.hub import Hub
from server.offload import offload
from server.readmodel.projection import Check, heard
from server.readmodel.queries import Wanted

ARCHIVE = "archive"
# What outsiders left: it is on record and seen by a person, and counts when somebody who has the patient sends it.
APART = "came from a place that does not have this patient; it does not count until a member sends it"
SAME_WRISTBAND = "wristband.code: another encounter carries this wristband too; perhaps it is the same patient"
SHOWN_TYPES = ("image/jpeg", "image/png", "image/webp")


def register(app: Flask, hub: Hub) -> None:
    """Mount the routes."""

    @app.get("/api/encounters/<encounter>")
    def one_encounter(encounter: str) -> dict[str, Any]:
        """One encounter, folded, with what was delivered by whom and what a person should look at."""
        session = hub.accounts.authenticate(request)
        documents = documents_for(hub, session, encounter)
        hub.audit.record_read(session, encounter, "encounter")
        return answer_encounter(hub, encounter, documents)

    @app.get("/api/encounters")
    def search_encounters() -> dict[str, Any]:
        """Encounters by site, time and a part of name, number or id; newest first, in pages."""
        session = hub.accounts.authenticate(request)
        wanted = read_wanted(session)
        found, following = hub.readmodel.search(wanted)
        hub.audit.record_reads(session, [summary["encounter"] for summary in found], "search")
        return {
            "encounters": found,
            "next": paging.write_cursor(following),
            "names": names_of(hub, staff_in(found)),
        }

    @app.get("/api/encounters/<encounter>/media/<rendition>")
    def media(encounter: str, rendition: str) -> Response:
        """The bytes of a photograph's rendition; <rendition> is the last part of its document's id."""
        session = hub.accounts.authenticate(request)
        documents_for(hub, session, encounter)
        document_id = f"encounter:{encounter}:rendition:{rendition}"
        attachment = parse_document_id(document_id) and hub.store.open_attachment(ARCHIVE, document_id, "bytes")
        if not attachment:
            raise WireError(404, "not_found", "this rendition is not on the hub yet; photographs arrive after the text")
        hub.audit.record_read(session, encounter, "media")
        # What a page could run is never shown as itself, whatever type its sender gave it.
        is_shown = attachment.content_type in SHOWN_TYPES
        response = Response(attachment.chunks(), mimetype=attachment.content_type if is_shown else None)
        if not is_shown:
            response.headers["Content-Type"] = "application/octet-stream"
            response.headers["Content-Disposition"] = "attachment"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Length"] = str(attachment.length)
        # Immutable, and of one person: kept by that browser only.
        response.headers["Cache-Control"] = "private, max-age=3600, immutable"
        return response


def documents_for(hub: Hub, session: Session, encounter: str) -> list[dict[str, Any]]:
    """The documents of an encounter that the session may read; raises 404 or 403."""
    is_id = parse_document_id(f"encounter:{encounter}:note:{encounter}") is not None
    documents = hub.readmodel.documents(encounter) if is_id else []
    if not documents:
        raise WireError(404, "not_found", "no encounter has this id; it may still be on the crew's phone")
    access.require_member(session, hub.readmodel.group(encounter).members)
    return documents


def answer_encounter(hub: Hub, encounter: str, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """The folded record, with what stands beside it: deliveries, flags, names."""
    group = hub.readmodel.group(encounter)
    told = heard(documents, group.members, group.facts)
    folded, flags = offload(fold_and_flag, told, hub.catalogue, hub.badges.check())
    counted = {document["_id"] for document in told}
    flags += [{"id": one["_id"], "problems": [APART]} for one in documents if one["_id"] not in counted]
    same_wristband = wearing_the_same(hub, folded)
    flags += [
        {"id": band["entry"]["id"], "problems": [SAME_WRISTBAND]}
        for band in folded["wristbands"]
        if band["code"] in same_wristband
    ]
    return {
        **folded,
        "flags": flags,
        "same_wristband": same_wristband,
        "receipts": summarize_receipts(hub, documents),
        "names": names_of(hub, staff_in(folded)),
    }


def wearing_the_same(hub: Hub, folded: dict[str, Any]) -> dict[str, list[str]]:
    """Code -> the other encounters that carry this wristband: one patient with two records, or a band used twice."""
    worn = [band["code"] for band in folded["wristbands"] if band["state"] == "attached"]
    others = {
        code: [one["encounter"] for one in hub.readmodel.wearing(code) if one["encounter"] != folded["encounter"]]
        for code in worn
    }
    return {code: found for code, found in others.items() if found}


def fold_and_flag(
    documents: list[dict[str, Any]], catalogue: Any, check: Check
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The folded record, and the clinical problems of each document that has some."""
    flags = [
        {"id": document["_id"], "problems": problems}
        for document in documents
        if (problems := document_problems(document, catalogue) + check(document))
    ]
    return fold(documents), flags


def summarize_receipts(hub: Hub, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """When the record reached the hub, from which devices, and which documents came late."""
    given = hub.store.receipts([document["_id"] for document in documents])
    first = [(receipts[0], document_id) for document_id, receipts in given.items() if receipts]
    received = sorted(receipt.received_at for receipt, _ in first)
    return {
        "first_at": received[0] if received else None,
        "last_at": received[-1] if received else None,
        "devices": sorted({receipt.device for receipt, _ in first if receipt.device}),
        "late": sorted(document_id for receipt, document_id in first if receipt.late),
    }


def read_wanted(session: Session) -> Wanted:
    """The search that was asked for, kept to the places of the person who asks."""
    arguments = request.args
    site = arguments.get("site", "").strip()
    places: tuple[str, ...] | None
    if site:
        access.require_place(session, f"site_{site}")
        places = (f"site_{site}",)
    else:
        places = None if access.reads_all(session) else access.places_of(session)
    from_at, to_at = paging.read_bounds(arguments)
    text = arguments.get("q", "").strip()
    if len(text) > 40:
        raise WireError(400, "bad_request", "q is a part of a name, number or id: 40 characters at most")
    cursor = paging.read_cursor(arguments)
    return Wanted(places, from_at, to_at, text or None, cursor, paging.read_limit(arguments))
