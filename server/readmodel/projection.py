"""What the read model keeps of one encounter. Pure: documents and the router's word in, rows out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.board.rules import summarize
from server.encounters.fold import fold
from server.encounters.rules import document_problems
from server.patients.rules import newest_links
from server.patients.temporary_name import in_both_languages
from server.quality.rules import indicators_for, measurements

Check = Callable[[Mapping[str, Any]], list[str]]
# Longer than any name or identity number; a search for more than this finds nothing anyway.
LONGEST_WORD = 40


@dataclass(frozen=True)
class Projected:
    """The rows of one encounter, and what those who listen for changes need."""

    encounter: str
    row: dict[str, Any]
    summary: dict[str, Any]
    places: dict[str, bool]  # mailbox -> is it where the patient is, or is going
    words: frozenset[str]
    minutes: dict[str, float]  # of quality indicators, by what server/quality/rules.py calls them
    sites: frozenset[str]  # whose boards show it or have just ceased to
    links: frozenset[str] = frozenset()  # encounters that it names in a link


def standing_of_places(members: Iterable[str], facts: Mapping[str, Any]) -> dict[str, bool]:
    """Which mailboxes hold an encounter, and at which hospital's board it stands.

    The router decides, not the documents: nobody gets a record on a board by naming a site in it.
    """
    destination = (facts.get("destination") or {}).get("site")
    return {place: not place.startswith("site_") or destination in (None, place) for place in members}


def heard(documents: list[dict[str, Any]], members: Iterable[str], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The documents that make the record: all but those that outsiders left and the router keeps apart.

    Of an encounter that nobody has taken yet there is nothing else to show.
    """
    apart = frozenset(facts.get("apart", ()))
    return [one for one in documents if one["_id"] not in apart] if apart and tuple(members) else documents


def sites_of(mailboxes: Iterable[str]) -> frozenset[str]:
    """The sites among mailboxes."""
    return frozenset(name.removeprefix("site_") for name in mailboxes if name.startswith("site_"))


def searched_words(summary: Mapping[str, Any]) -> frozenset[str]:
    """Every ending of the names, the whole number and its last four, wristbands, and the encounter's own id."""
    patient = summary["patient"] or {}
    temporary = patient.get("temporary_name")
    told = [patient.get("name"), *(in_both_languages(temporary) if temporary else ())]
    names = [name.strip().lower() for name in told if name]
    endings = {name[start:][:LONGEST_WORD] for name in names for start in range(min(len(name), LONGEST_WORD))}
    number = (patient.get("id_number") or "").strip().lower()
    bands = [code.lower()[:LONGEST_WORD] for code in summary["wristbands"]]
    found = (*endings, number, number[-4:], *bands, summary["encounter"].lower())
    return frozenset({word for word in found if word.strip()})


def no_problems(_document: Mapping[str, Any]) -> list[str]:
    """The check of a hub that knows of nothing more to check."""
    return []


def project(
    documents: list[dict[str, Any]],
    members: Iterable[str],
    facts: Mapping[str, Any],
    catalogue: Any,
    check: Check = no_problems,
) -> Projected:
    """Project one encounter from all of its documents, in both lanes, and the router's group."""
    members = tuple(members)
    documents = heard(documents, members, facts)
    folded = fold(documents)
    summary = summarize(folded, catalogue.vitals)
    flags = {flag for document in documents for flag in flags_of(document, catalogue, check)}
    summary["problems"] = len({problem["id"] for problem in folded["problems"]} | flags)
    places = standing_of_places(members, facts)
    sites = sorted(sites_of(place for place, is_current in places.items() if is_current))
    concerned = sites_of((*places, *facts.get("stubs", [])))
    closure = folded["closure"]
    indicators = indicators_for(catalogue.entries["indicators"].values(), folded)
    row = {
        "encounter": folded["encounter"],
        "state": folded["state"],
        "pathway": folded["pathway"],
        "unit": folded["unit"],
        "receiving_site": sites[0] if sites else None,
        "opened_at": folded["opened_at"] or "",
        "closed_at": (closure["entry"]["at"] or closure["entry"]["recorded_at"] or "") if closure else None,
        "problems": summary["problems"],
        "summary": orjson.dumps(summary).decode(),
    }
    minutes = measurements(indicators, folded, catalogue.entries["time_nodes"])
    links = frozenset(newest_links(folded))
    return Projected(folded["encounter"], row, summary, places, searched_words(summary), minutes, concerned, links)


def flags_of(document: dict[str, Any], catalogue: Any, check: Check = no_problems) -> set[str]:
    """The document's id when a person should look at it. `check` says what other rooms find."""
    return {document["_id"]} if document_problems(document, catalogue) or check(document) else set()
