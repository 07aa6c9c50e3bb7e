"""An original that is cut off in the middle of its way goes on where the hub has it."""

from __future__ import annotations

from pathlib import Path

import crew
from pictures import photograph
from world import World

PIECE_BYTES = 48_000  # the app's first piece; on a slow line none is larger


def test_an_original_goes_on_behind_a_cut_and_arrives_whole(world: World, tmp_path: Path) -> None:
    phone, relay = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()  # else the app's own files share the narrow line
    encounter = crew.start_encounter(phone, "trauma")
    crew.wait_delivered(phone)
    relay.throttle(15_000)
    crew.take_photo(phone, photograph(tmp_path / "wound.jpg", width=1420, height=1070))
    world.wait_until(lambda: len(relay.passed("/_uploads/", "PATCH")) >= 3, "pieces are on their way", 90)
    relay.cut()
    relay.throttle(None)
    relay.restore()
    crew.wait_delivered(phone, 120_000)
    token = world.hub.sign_in("paramedic")
    rows = world.hub.get("/db/unit_a101-media/_all_docs?include_docs=true", token)["rows"]
    originals = [row["doc"] for row in rows if row["doc"]["body"]["rendition"] == "original"]
    assert [one["_id"].split(":")[1] for one in originals] == [encounter]
    length = originals[0]["_attachments"]["bytes"]["length"]
    assert length == originals[0]["body"]["bytes"] > 200_000
    # Begun anew it would have taken three pieces more; the one that was cut may have been sent twice.
    assert len(relay.passed("/_uploads/", "PATCH")) <= -(-length // PIECE_BYTES) + 2
