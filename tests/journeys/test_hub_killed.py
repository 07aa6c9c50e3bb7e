"""The hub loses its power in the middle of a push: after its return nothing is missing."""

from __future__ import annotations

import time
from pathlib import Path

import crew
import pytest
from pictures import photograph
from relay import Relay
from world import World


def wait_for_request(network: Relay, pattern: str, method: str | None, *, after: int, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not any(r in network.passed(pattern, method) for r in network.requests[after:]):
        if time.monotonic() > until:
            raise AssertionError(f"no {method} {pattern} went out; {network.requests[after:]}")
        time.sleep(0.005)


@pytest.mark.parametrize("pause_seconds", [0.0, 0.05, 0.4])
def test_a_hub_killed_in_the_middle_of_a_push_loses_nothing(world: World, tmp_path: Path, pause_seconds: float) -> None:
    phone, network = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    network.cut()
    crew.wait_offline(phone)
    encounter = crew.start_encounter(phone, "trauma")
    crew.enter_vitals(phone, {"sbp": 92, "hr": 128})
    for n in range(4):
        crew.write_note(phone, f"第 {n} 条" + "长" * 600)
    crew.take_photo(phone, photograph(tmp_path / "scene.jpg"), "scene")
    held = phone.local_encounter_ids(encounter)

    # Slow enough that the push is still on the line when the hub goes.
    network.throttle(12_000, latency_seconds=0.02)
    before = len(network.requests)
    network.restore()
    wait_for_request(network, r"/db/unit_a101/_bulk_docs", "POST", after=before)
    time.sleep(pause_seconds)
    world.hub.kill9()
    after_text = len(network.requests)
    world.hub.restart()

    # And once more, while the photograph goes up.
    wait_for_request(network, r"/db/unit_a101-media/(_bulk_docs|encounter)", None, after=after_text)
    time.sleep(pause_seconds)
    world.hub.kill9()
    network.throttle(None)
    world.hub.restart()

    crew.wait_delivered(phone, timeout=120_000)
    token = world.hub.sign_in("paramedic")
    text, media = (world.hub.document_ids(name, token) for name in ("unit_a101", "unit_a101-media"))
    assert held <= phone.local_encounter_ids(encounter)
    assert held <= text | media
    for rendition in (i for i in held if ":rendition:" in i):
        document = world.hub.get(f"/db/unit_a101-media/{rendition}?attachments=true", token)
        assert len(document["_attachments"]["bytes"]["data"]) > 1000
