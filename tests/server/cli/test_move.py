"""Moving a hub's store: all of it arrives, an interrupted move goes on, a target that holds something stays."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from server.cli import command_line_app
from server.cli.moving import STATE, Move
from server.cli.verifying import differences
from server.clock import Clock
from server.hub import Hub
from server.replication import lifecycle
from sync.documents import parse_edit
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import ARCHIVE
from tests.server.replication.encounters import closure, destination, header, rendition, ulid, vitals
from tests.sync import couchdb

Run = Callable[..., Result]
PHOTO = base64.b64encode(bytes(range(256)) * 3000).decode()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an instance."""

    def call(instance: Path, *arguments: str, store: str = "") -> Result:
        monkeypatch.setenv("GREENLANE_INSTANCE", str(instance))
        monkeypatch.setenv("GREENLANE_STORE", store)
        return command_line_app().test_cli_runner().invoke(args=list(arguments))

    return call


def quiet(*_: object) -> None:
    """No progress."""


class Crew:
    """Somebody who may write everywhere."""

    expired = False

    def __init__(self, staff: str, device: str, *, role: str = "paramedic") -> None:
        self.device = device
        self.staff = type("Staff", (), {"id": staff, "role": role, "units": ("a101",), "sites": ("county",)})()

    def may_read(self, _database: str) -> bool:
        return True

    may_write = may_read


@pytest.fixture
def filled(staffed: Hub) -> Hub:
    """A hub with running, released and quarantined encounters, photographs, and edited rosters."""
    deliver = staffed.delivery.deliver
    crew, other, nurse = Crew("s-1", "d-1"), Crew("s-2", "d-2"), Crew("s-3", "d-3", role="nurse")
    for encounter in (1, 2, 3):
        at = encounter * 100
        rows = deliver(
            crew, "unit_a101",
            [header(encounter, at), vitals(encounter, at + 1), destination(encounter, at + 2, "county")],
        )  # fmt: skip
        assert [row.get("error") for row in rows] == [None] * 3
        photo = rendition(encounter, at + 3, data=PHOTO)
        assert "error" not in deliver(crew, "unit_a101-media", [photo])[0]
    assert "error" not in deliver(other, "unit_a101", [vitals(1, 101)])[0]
    assert "error" not in deliver(nurse, "site_county", [vitals(1, 150)])[0]
    assert "error" not in deliver(crew, "unit_a101", [closure(2, 250)])[0]
    assert "error" not in deliver(Crew("s-4", "d-9", role="quality"), "quarantine_d-9", [vitals(9, 901)])[0]
    later = Clock().now().replace(year=2099)
    assert lifecycle.release_due(staffed.store, later) >= 1
    store = staffed.store
    store.ensure_database("scratch")
    rev = store.put("scratch", {"_id": "a", "z": 1, "a": "县", "_attachments": {"x": {"data": "aGk="}}})
    store.put("scratch", {"_id": "a", "_rev": rev, "n": 2, "_attachments": {"x": {"stub": True}}})
    gone = store.put("scratch", {"_id": "gone"})
    store.put("scratch", {"_id": "gone", "_rev": gone, "_deleted": True})
    history = {"_id": "a", "_revisions": {"start": 2, "ids": ["0f", rev[2:]]}, "lost": True}
    store.apply("scratch", [parse_edit(history, new_edits=False)], new_edits=False)
    return staffed


@pytest.fixture
def instance(filled: Hub) -> Path:
    """The folder of the filled hub, which has stopped."""
    filled.close()
    return filled.settings.instance


@pytest.fixture
def address() -> Iterator[str]:
    prefix = couchdb.new_prefix()
    yield f"{couchdb.URL.rstrip('/')}/{prefix}"
    store = couchdb.open_one(prefix)
    couchdb.drop(store)
    store.close()


def test_a_store_moves_into_a_file_and_is_the_same_under_a_new_uuid(instance: Path, run: Run, tmp_path: Path) -> None:
    done = run(instance, "move", "--to", str(tmp_path / "other.sqlite"))
    assert done.exit_code == 0, done.output
    assert "moved and verified" in done.output
    source, target = open_store(instance / "store.sqlite"), open_store(tmp_path / "other.sqlite")
    assert target.uuid != source.uuid
    assert target.info(ARCHIVE).doc_count == source.info(ARCHIVE).doc_count > 13
    assert list(differences(source, target, quiet)) == []
    released = f"encounter:{ulid(2)}:vitals:{ulid(201)}"
    assert target.mailboxes_of(released) == []
    assert target.revs_diff("unit_a101", {released: ["1-" + f"{201:032x}"]}) == {}
    assert target.group(f"encounter:{ulid(2)}:") == source.group(f"encounter:{ulid(2)}:")
    assert [r.device for r in target.receipts([f"encounter:{ulid(1)}:vitals:{ulid(101)}"]).popitem()[1]] == [
        "d-1",
        "d-2",
    ]
    assert [change.id for page in [target.changes(ARCHIVE)] for change in page.results] == [
        change.id for page in [source.changes(ARCHIVE)] for change in page.results
    ]
    assert target.get("scratch", "gone") is None
    assert list(target.get("scratch", "a") or {}) == ["_id", "_rev", "n", "_attachments"]


@couchdb.NEEDED
def test_a_store_moves_to_couchdb_and_back(instance: Path, run: Run, tmp_path: Path, address: str) -> None:
    done = run(instance, "move", "--to", address)
    assert done.exit_code == 0, done.output
    back = run(instance, "move", "--to", str(tmp_path / "back.sqlite"), store=address)
    assert back.exit_code == 0, back.output
    first, last = open_store(instance / "store.sqlite"), open_store(tmp_path / "back.sqlite")
    assert list(differences(first, last, quiet)) == []
    hub = couchdb.open_one(address.rpartition("/")[2])
    assert hub.check() == []
    assert len({first.uuid, last.uuid, hub.uuid}) == 3
    hub.close()


class Broken(Exception):
    """The move was stopped here."""


def test_a_move_that_was_interrupted_goes_on_where_it_was(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.cli.moving.PAGE", 4)
    source, target = open_store(instance / "store.sqlite"), open_store(tmp_path / "other.sqlite")
    accept, calls = target.accept, [0]

    def accept_or_break(*arguments: Any) -> Any:
        calls[0] += 1
        if calls[0] in (2, 5, 9, 14):
            raise Broken
        return accept(*arguments)

    monkeypatch.setattr(target, "accept", accept_or_break)
    breaks, reached = 0, [""]
    while True:
        moving = Move(source, target, quiet)
        moving.begin()
        try:
            moving.run()
            break
        except Broken:
            breaks += 1
            reached.append(str((target.local(ARCHIVE, STATE) or {})["since"]))
    assert breaks == 4
    assert len(set(reached)) > 2
    assert list(differences(source, target, quiet)) == []


def test_a_target_that_holds_something_else_is_left_alone(instance: Path, run: Run, tmp_path: Path) -> None:
    other = open_store(tmp_path / "other.sqlite")
    other.ensure_database("roster")
    other.close()
    refused = run(instance, "move", "--to", str(tmp_path / "other.sqlite"))
    assert refused.exit_code == 1
    assert "name an empty one" in refused.output
    assert open_store(tmp_path / "other.sqlite").database_names() == [ARCHIVE, "roster"]


def test_the_hubs_own_store_is_no_target_and_a_finished_move_is_not_repeated(
    instance: Path, run: Run, tmp_path: Path
) -> None:
    assert "the hub's own store" in run(instance, "move", "--to", str(instance)).output
    assert run(instance, "move", "--to", str(tmp_path / "other.sqlite")).exit_code == 0
    again = run(instance, "move", "--to", str(tmp_path / "other.sqlite"))
    assert again.exit_code == 1
    assert "moved there already" in again.output


def test_a_serving_hub_is_not_moved(filled: Hub, run: Run, tmp_path: Path) -> None:
    from server.serving.instance_lock import InstanceLock

    with InstanceLock(filled.settings.instance):
        refused = run(filled.settings.instance, "move", "--to", str(tmp_path / "other.sqlite"))
    assert refused.exit_code == 1
    assert not (tmp_path / "other.sqlite").exists()


@pytest.mark.parametrize("damage", ["body", "bytes", "receipt", "member", "group", "extra"])
def test_the_comparison_sees_every_kind_of_difference(instance: Path, damage: str) -> None:
    source, target = open_store(instance / "store.sqlite"), MemoryStore()
    moving = Move(source, target, quiet)
    moving.begin()
    moving.run()
    assert list(differences(source, target, quiet)) == []
    photo = f"encounter:{ulid(1)}:rendition:{ulid(103)}"
    record = target.shelves[target.find(ARCHIVE).shelf].records[photo]
    if damage == "body":
        record.bodies[record.rev].body = record.bodies[record.rev].body.replace(b"thumbnail", b"original!")
    elif damage == "bytes":
        key = record.bodies[record.rev].attachments["bytes"].key
        target.bytes[key] = b"x" + target.bytes[key][1:]
    elif damage == "receipt":
        target.shelves[target.find(ARCHIVE).shelf].receipts.pop(photo)
    elif damage == "member":
        target.find("unit_a101-media").sequences.pop(photo)
        target.find("unit_a101-media").order.clear()
    elif damage == "group":
        target.shelves[target.find(ARCHIVE).shelf].groups.pop(f"encounter:{ulid(1)}:")
    else:
        target.put("scratch", {"_id": "extra"})
    assert list(differences(source, target, quiet)) != []
