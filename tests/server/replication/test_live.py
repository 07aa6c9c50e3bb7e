"""A real hub on loopback: real PouchDB replicates with it, and a power cut loses nothing that was acknowledged."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.attachments import content_of
from sync.sqlite_store import open_store
from tests.server.replication.encounters import destination, document, header, rendition, vitals
from tests.server.replication.live_hub import ROOT, LiveHub, fill_instance

NODE = shutil.which("node")
POUCHDB = ROOT / "pwa" / "node_modules" / "pouchdb-adapter-memory"
KILLS = 4


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    instance = tmp_path / "instance"
    fill_instance(instance)
    live = LiveHub(instance).start()
    yield live
    live.stop()


@pytest.mark.skipif(NODE is None or not POUCHDB.is_dir(), reason="needs Node and pwa/node_modules (make setup)")
def test_unmodified_pouchdb_replicates_both_ways_with_checkpoints_and_attachments(hub: LiveHub) -> None:
    photo = bytes(range(256)) * 1200
    texts = [header(1, 1), *(vitals(1, n) for n in range(2, 30)), destination(1, 30, "county")]
    renditions = [rendition(1, 31, data=base64.b64encode(photo).decode()), rendition(1, 32)]
    more = [document(1, "acknowledgement", 40, {"of": "x", "seen": []})]
    last = [vitals(1, 50)]
    task = {
        "url": hub.url,
        "token": hub.sign_in("paramedic"),
        "nurse": hub.sign_in("nurse"),
        "documents": texts,
        "renditions": renditions,
        "more": more,
        "last": last,
    }
    script = Path(__file__).with_name("pouchdb_replicates.mjs")
    assert NODE is not None
    run = subprocess.run([NODE, str(script)], input=json.dumps(task).encode(), capture_output=True, timeout=120)
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    found = json.loads(run.stdout)
    assert found["pushed"] == [30, 0, 2]
    assert found["again"] == [0, 0]
    assert not found["againAsked"], "the checkpoint was not used"
    assert found["pulled"] == 30
    assert {one["_id"]: one for one in found["documents"]} == {one["_id"]: one for one in texts}
    assert [name for name in found["documents"][0] if name[0] != "_"] == [name for name in texts[0] if name[0] != "_"]
    assert base64.b64decode(found["bytes"]) == photo
    assert found["digest"] == content_of(photo).digest
    assert found["answered"] == 1
    assert more[0]["_id"] in found["onPhone"]
    assert found["denied"] == [["forbidden", texts[0]["_id"]]]
    assert found["refused"] == [True, 1]
    assert found["live"] == [last[0]["_id"]]


class _Pusher(threading.Thread):
    """Pushes batch after batch until the hub is gone; remembers what was acknowledged."""

    def __init__(self, hub: LiveHub, token: str, encounter: int, acknowledged: set[str]) -> None:
        super().__init__()
        self._hub, self._token, self._encounter, self._acknowledged = hub, token, encounter, acknowledged
        self.has_pushed = threading.Event()

    def run(self) -> None:
        number = 1
        while True:
            batch = [vitals(self._encounter, number + n, sbp=n, text="x" * 300) for n in range(20)]
            number += len(batch)
            try:
                body = {"docs": batch, "new_edits": False}
                status, answer = self._hub.call("POST", "/db/unit_a101/_bulk_docs", body, self._token)
            except (OSError, ValueError):
                return  # the power is gone
            assert (status, answer) == (201, [])
            self._acknowledged.update(one["_id"] for one in batch)
            if number > 100:
                self.has_pushed.set()


def test_every_acknowledged_document_survives_power_cuts_in_the_middle_of_pushes(hub: LiveHub) -> None:
    acknowledged: set[str] = set()
    token = hub.sign_in("paramedic")
    for round_number in range(KILLS):
        pushers = [_Pusher(hub, token, 1 + round_number * 3 + n, acknowledged) for n in range(3)]
        for pusher in pushers:
            pusher.start()
        for pusher in pushers:
            assert pusher.has_pushed.wait(60)
        hub.kill()
        for pusher in pushers:
            pusher.join(60)
        hub.start()
        status, answer = hub.call("GET", "/db/unit_a101/_changes", token=token)
        assert status == 200
        assert acknowledged <= {row["id"] for row in answer["results"]}
    hub.stop()
    store = open_store(hub.instance / "store.sqlite")
    assert store.check() == []
    archived = {change.id for change in store.changes("archive").results}
    in_mailbox = {change.id for change in store.changes("unit_a101").results}
    assert acknowledged <= archived
    assert archived == in_mailbox, "a document was stored without being routed"
    assert set(store.receipts(archived)) == archived
    assert len(acknowledged) >= KILLS * 3 * 100
    store.close()
