"""Reading patients over REST: what comes, for whom, and that it is on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.clock import to_iso
from server.hub import Hub
from tests.conftest import bearer
from tests.server.encounters.hospital import (
    ENCOUNTER,
    OTHER,
    PNG,
    add_places,
    deliver,
    document,
    document_id,
    stroke,
    ulid,
)

SignIn = Callable[..., dict[str, Any]]


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    deliver(hub, "crew", "unit_a101", stroke())
    return hub


@pytest.fixture
def ask(client: FlaskClient, sign_in: SignIn) -> Callable[..., Any]:
    """`ask("nurse", "/api/…")` -> the answer."""
    granted: dict[str, Any] = {}

    def call(username: str, path: str) -> Any:
        if username not in granted:
            granted[username] = sign_in(username)
        return client.get(path, headers=bearer(granted[username]))

    return call


def test_an_encounter_comes_folded_with_deliveries_and_names(hospital: Hub, ask: Callable[..., Any]) -> None:
    answer = ask("nurse", f"/api/encounters/{ENCOUNTER}")
    assert answer.status_code == 200
    found = answer.get_json()
    assert (found["encounter"], found["pathway"], found["unit"]) == (ENCOUNTER, "stroke", "a101")
    assert found["vitals"]["latest"]["sbp"]["value"] == 190
    assert found["receipts"]["devices"] == ["d-crew"]
    assert found["receipts"]["late"] == []
    assert found["names"] == {"s-crew": "crew 姓名"}
    assert found["flags"] == []


def test_a_flagged_document_is_shown_with_its_problem(hospital: Hub, ask: Callable[..., Any]) -> None:
    deliver(hospital, "crew", "unit_a101", [document("vitals", 6, {"sbp": 999})])
    found = ask("nurse", f"/api/encounters/{ENCOUNTER}").get_json()
    assert found["flags"] == [{"id": document_id("vitals", 6), "problems": ["vitals.sbp: 999 is outside 0 to 320"]}]
    assert ask("nurse", "/api/board/county").get_json()["encounters"][0]["problems"] == 1
    assert hospital.readmodel.count_with_problems() == 1


@pytest.mark.parametrize("path", ["encounters/{}", "encounters/{}/media/" + ulid(9)])
def test_only_those_whose_mailboxes_hold_it_may_read(hospital: Hub, ask: Callable[..., Any], path: str) -> None:
    address = f"/api/{path.format(ENCOUNTER)}"
    for stranger in ("nurse2", "crew2"):
        answer = ask(stranger, address)
        assert (answer.status_code, answer.get_json()["error"]) == (403, "forbidden")
    for member in ("nurse", "crew", "quality", "admin"):
        assert ask(member, address).status_code in (200, 404)


def test_naming_a_site_in_a_document_opens_nothing(hospital: Hub, ask: Callable[..., Any]) -> None:
    """An outsider who guesses an encounter's id cannot send it to a hospital of theirs."""
    guess = document("destination", 7, {"site": "east", "eta_at": None}, at="2026-11-21T12:00:00Z")
    deliver(hospital, "crew2", "unit_a102", [guess])
    assert ask("nurse2", f"/api/encounters/{ENCOUNTER}").status_code == 403
    assert ask("nurse2", "/api/board/east").get_json()["encounters"] == []
    assert len(ask("nurse", "/api/board/county").get_json()["encounters"]) == 1


def test_an_unknown_encounter_is_not_found(hospital: Hub, ask: Callable[..., Any]) -> None:
    for name in (OTHER, "nonsense", ENCOUNTER.lower()):
        answer = ask("admin", f"/api/encounters/{name}")
        assert (answer.status_code, answer.get_json()["error"]) == (404, "not_found")


def test_nobody_reads_without_signing_in(hospital: Hub, client: FlaskClient) -> None:
    for path in (f"encounters/{ENCOUNTER}", "encounters", "board/county", "quality/stroke", f"audit?encounter={OTHER}"):
        answer = client.get(f"/api/{path}")
        assert (answer.status_code, answer.get_json()["error"]) == (401, "unauthorized"), path


def test_the_board_shows_who_is_coming(hospital: Hub, ask: Callable[..., Any]) -> None:
    found = ask("nurse", "/api/board/county").get_json()
    assert found["site"] == "county"
    assert found["at"].endswith("Z")
    [summary] = found["encounters"]
    assert (summary["encounter"], summary["eta_at"]) == (ENCOUNTER, "2026-11-21T10:00:00.000Z")
    assert summary["alarms"] == {"sbp": "high"}
    assert summary["triage"] is None


def test_a_diverted_patient_leaves_the_former_board(hospital: Hub, ask: Callable[..., Any]) -> None:
    later = document("destination", 8, {"site": "east", "eta_at": None})
    deliver(hospital, "crew", "unit_a101", [later])
    assert ask("nurse", "/api/board/county").get_json()["encounters"] == []
    assert len(ask("nurse2", "/api/board/east").get_json()["encounters"]) == 1


def test_a_board_of_another_site_is_closed_and_an_unknown_one_not_found(hospital: Hub, ask: Callable[..., Any]) -> None:
    assert ask("nurse", "/api/board/east").status_code == 403
    assert ask("admin", "/api/board/nowhere").status_code == 404


def test_every_read_of_a_patient_is_on_record(hospital: Hub, ask: Callable[..., Any]) -> None:
    ask("nurse", f"/api/encounters/{ENCOUNTER}")
    ask("nurse", "/api/board/county")
    ask("quality", "/api/encounters")
    ask("nurse2", f"/api/encounters/{ENCOUNTER}")
    found = ask("quality", f"/api/audit?encounter={ENCOUNTER}").get_json()
    assert [(read["staff"], read["what"]) for read in found["reads"]] == [
        ("s-quality", "search"),
        ("s-nurse", "board"),
        ("s-nurse", "encounter"),
    ]
    assert found["names"]["s-nurse"] == "nurse 姓名"


def test_the_access_log_is_for_quality_and_admin(hospital: Hub, ask: Callable[..., Any]) -> None:
    assert ask("nurse", f"/api/audit?encounter={ENCOUNTER}").status_code == 403
    assert ask("admin", "/api/audit").status_code == 400


def test_search_finds_parts_of_names_and_pages_through(hospital: Hub, ask: Callable[..., Any]) -> None:
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102", "李示例"))
    every = ask("quality", "/api/encounters").get_json()
    assert {summary["encounter"] for summary in every["encounters"]} == {ENCOUNTER, OTHER}
    assert every["next"] is None
    for text, expected in (("示例", 2), ("李", 1), ("王", 0), (OTHER[:26].lower(), 1)):
        found = ask("quality", f"/api/encounters?q={text}").get_json()["encounters"]
        assert len(found) == expected, text
    first = ask("quality", "/api/encounters?limit=1").get_json()
    second = ask("quality", f"/api/encounters?limit=1&before={first['next']}").get_json()
    assert second["next"] is None
    assert first["encounters"][0]["encounter"] != second["encounters"][0]["encounter"]


def test_search_is_kept_to_ones_own_places(hospital: Hub, ask: Callable[..., Any]) -> None:
    assert len(ask("nurse", "/api/encounters").get_json()["encounters"]) == 1
    assert ask("nurse2", "/api/encounters").get_json()["encounters"] == []
    assert ask("nurse2", "/api/encounters?q=张").get_json()["encounters"] == []
    assert ask("nurse", "/api/encounters?site=east").status_code == 403


def test_search_takes_dates_and_refuses_what_is_none(hospital: Hub, ask: Callable[..., Any]) -> None:
    on_the_day = ask("nurse", "/api/encounters?from=2026-11-21&to=2026-11-21").get_json()
    assert len(on_the_day["encounters"]) == 1
    assert ask("nurse", "/api/encounters?from=2026-11-22").get_json()["encounters"] == []
    for query in ("from=yesterday", "limit=0", "limit=x", "before=x", "from=2026-11-22&to=2026-11-20", "q=" + "x" * 41):
        answer = ask("nurse", f"/api/encounters?{query}")
        assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request"), query
    for query in (
        "from=0001-01-01",
        "to=9999-12-31",
        "from=0001-01-01T00:00:00%2B05:00",
        "to=9999-12-31T23:00:00-05:00",
    ):
        answer = ask("nurse", f"/api/encounters?{query}")
        assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request"), query


def test_a_photographs_bytes_come_as_the_picture_they_are(hospital: Hub, ask: Callable[..., Any]) -> None:
    media = document("media", 9, {"media": "photo", "content_type": "image/png", "purpose": "wound"})
    rendition = document("rendition", 10, {"of": media["_id"], "rendition": "thumbnail"})
    rendition["_attachments"] = {"bytes": {"content_type": "image/png", "data": PNG}}
    deliver(hospital, "crew", "unit_a101", [media])
    deliver(hospital, "crew", "unit_a101-media", [rendition])
    answer = ask("nurse", f"/api/encounters/{ENCOUNTER}/media/{ulid(10)}")
    assert (answer.status_code, answer.mimetype, answer.data[1:4]) == (200, "image/png", b"PNG")
    [photo] = ask("nurse", "/api/board/county").get_json()["encounters"][0]["photos"]
    assert photo["thumbnail"] == rendition["_id"]
    missing = ask("nurse", f"/api/encounters/{ENCOUNTER}/media/{ulid(11)}")
    assert (missing.status_code, missing.get_json()["error"]) == (404, "not_found")


def test_an_attachment_that_a_page_could_run_is_only_downloaded(hospital: Hub, ask: Callable[..., Any]) -> None:
    rendition = document("rendition", 12, {"of": document_id("media", 9), "rendition": "original"})
    rendition["_attachments"] = {"bytes": {"content_type": "text/html", "data": PNG}}
    deliver(hospital, "crew", "unit_a101-media", [rendition])
    answer = ask("nurse", f"/api/encounters/{ENCOUNTER}/media/{ulid(12)}")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_quality_counts_intervals_and_names_nobody(hospital: Hub, ask: Callable[..., Any]) -> None:
    nodes = [("hospital_door", "10:00:00"), ("ct_start", "10:20:00"), ("needle", "10:45:30")]
    documents = [
        document("time_node", 20 + n, {"node": node, "precision": "exact"}, at=f"2026-11-21T{at}Z")
        for n, (node, at) in enumerate(nodes)
    ]
    deliver(hospital, "nurse", "site_county", documents)
    found = ask("quality", "/api/quality/stroke?from=2026-11-01&to=2026-11-30").get_json()
    assert found["encounters"] == 1
    by_id = {indicator["indicator"]: indicator for indicator in found["indicators"]}
    assert (by_id["st_dnt"]["n"], by_id["st_dnt"]["median_minutes"], by_id["st_dnt"]["within_target"]) == (1, 45.5, 1)
    assert (by_id["st_ont"]["n"], by_id["st_ont"]["missing"]) == (0, 1)
    assert by_id["st_dnt"]["clock"]["unmeasured"] == 0
    # The alert was sent before the door.
    assert (by_id["ph_prenotify"]["share"]["n"], by_id["ph_prenotify"]["share"]["share"]) == (1, 1)


def test_quality_says_what_clocks_make_doubtful(hospital: Hub, ask: Callable[..., Any]) -> None:
    bad = {"session": "run", "mono_ms": 1, "offset_ms": 0, "error_ms": 90_000}
    never = {"session": "other", "mono_ms": 1, "offset_ms": None, "error_ms": None}
    nodes = [("hospital_door", "10:00:00", bad), ("needle", "10:59:30", bad), ("ct_start", "10:20:00", never)]
    documents = [
        document("time_node", 20 + n, {"node": node}, at=f"2026-11-21T{at}Z", clock=clock, device=f"d-{n}")
        for n, (node, at, clock) in enumerate(nodes)
    ]
    deliver(hospital, "nurse", "site_county", documents)
    found = ask("quality", "/api/quality/stroke?from=2026-11-01&to=2026-11-30").get_json()
    by_id = {indicator["indicator"]: indicator for indicator in found["indicators"]}
    clock = by_id["st_dnt"]["clock"]
    assert (clock["unsure"], clock["largest_error_seconds"]) == (1, 180.0)
    assert (by_id["st_d2ct"]["n"], by_id["st_d2ct"]["clock"]["unmeasured"]) == (1, 1)


def test_quality_of_incidents_cuts_through_pathways(hospital: Hub, ask: Callable[..., Any]) -> None:
    header = document("encounter", 30, {"unit": "a101", "pathway": "stroke", "incident": "i-1"})
    header["supersedes"] = document("encounter", 1, {})["_id"]
    times = [document("time_node", n, {"node": node}) for n, node in ((31, "mci_declared"), (36, "first_triage_done"))]
    deliver(hospital, "crew", "unit_a101", [header, *times])
    found = ask("quality", "/api/quality/mci?from=2026-11-01&to=2026-11-30").get_json()
    [row] = found["indicators"]
    assert (found["encounters"], row["indicator"], row["n"], row["median_minutes"]) == (1, "mci_triage", 1, 5)
    assert ask("quality", "/api/quality/common").status_code == 404
    assert "张示例" not in str(found)


def test_quality_of_a_site_is_open_to_its_staff_and_of_all_to_quality(hospital: Hub, ask: Callable[..., Any]) -> None:
    assert ask("nurse", "/api/quality/stroke?site=county").status_code == 200
    assert ask("nurse", "/api/quality/stroke?site=east").status_code == 403
    assert ask("nurse", "/api/quality/stroke").status_code == 403
    assert ask("quality", "/api/quality/nothing").status_code == 404


def test_what_an_outsider_says_of_a_patient_neither_closes_nor_moves_the_row(
    hospital: Hub, ask: Callable[..., Any]
) -> None:
    """Somebody of another ambulance knows the id: the board stays as it was, and a person sees the attempt."""
    late = to_iso(hospital.clock.now())  # a board shows for a day what was closed
    closing = document("closure", 7, {"state": "closed", "reason": "cancelled"}, at=late)
    moving = document("destination", 8, {"site": "east", "eta_at": None}, at=late)
    deliver(hospital, "crew2", "unit_a102", [closing, moving])
    [row] = ask("nurse", "/api/board/county").get_json()["encounters"]
    assert (row["state"], row["destination"]["site"], row["eta_at"]) == ("open", "county", "2026-11-21T10:00:00.000Z")
    found = ask("nurse", f"/api/encounters/{ENCOUNTER}").get_json()
    assert found["state"] == "open"
    assert [flag["id"] for flag in found["flags"]] == [closing["_id"], moving["_id"]]
    deliver(hospital, "crew", "unit_a101", [closing])
    # Of the record itself: the board leaves out who left more than a day ago, and the clock here is today's.
    assert ask("nurse", f"/api/encounters/{ENCOUNTER}").get_json()["state"] == "closed"
