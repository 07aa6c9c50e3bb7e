"""backup, restore, verify: what was kept comes back, and damage is told."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import Result
from flask import Flask

from server.cli import command_line_app
from server.hub import Hub
from server.serving.instance_lock import InstanceLock
from server.settings import Settings
from tests.sync import couchdb

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an instance."""

    def call(instance: Path, *arguments: str) -> Result:
        monkeypatch.setenv("GREENLANE_INSTANCE", str(instance))
        return command_line_app().test_cli_runner().invoke(args=list(arguments))

    return call


@pytest.fixture
def filled(staffed: Hub) -> Hub:
    """A serving hub with a photograph in a mailbox and a read on record."""
    bytes_ = {"content_type": "image/jpeg", "data": "anBlZw=="}
    staffed.store.ensure_database("scratch")
    staffed.store.put("scratch", {"_id": "a", "b": 1, "a": "县", "_attachments": {"bytes": bytes_}})
    return staffed


def test_a_backup_beside_a_serving_hub_comes_back_whole_under_a_new_uuid(
    filled: Hub, run: Run, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    file, empty = tmp_path / "backup.zip", tmp_path / "restored"
    assert run(filled.settings.instance, "backup", str(file)).exit_code == 0
    filled.store.put("scratch", {"_id": "later"})
    done = run(empty, "restore", str(file))
    assert done.exit_code == 0, done.output
    restored: Hub = make_app(instance=empty).extensions["greenlane"]
    original = filled.store.get("scratch", "a")
    assert original is not None
    assert list(restored.store.get("scratch", "a").items()) == list(original.items())
    attachment = restored.store.open_attachment("scratch", "a", "bytes")
    assert b"".join(attachment.chunks()) == b"jpeg"
    assert restored.store.get("scratch", "later") is None
    assert restored.store.uuid != filled.store.uuid
    assert restored.accounts.store.all_staff() == filled.accounts.store.all_staff()
    assert run(empty, "verify").exit_code == 0


def test_what_the_site_chose_and_signed_of_its_catalogue_comes_back(filled: Hub, run: Run, tmp_path: Path) -> None:
    instance, file, empty = filled.settings.instance, tmp_path / "backup.zip", tmp_path / "restored"
    assert run(instance, "catalogue", "choose", "ti", "k1346").exit_code == 0
    own = instance / "catalogue" / "scores" / "own.json"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('{"id": "own"}', "utf-8")
    assert run(instance, "backup", str(file)).exit_code == 0
    assert run(empty, "restore", str(file)).exit_code == 0
    kept = {path.relative_to(instance): path.read_bytes() for path in (instance / "catalogue").rglob("*.json")}
    assert len(kept) == 2
    assert {p.relative_to(empty): p.read_bytes() for p in (empty / "catalogue").rglob("*.json")} == kept


def test_tokens_from_before_the_backup_are_good_after_it(
    filled: Hub, run: Run, tmp_path: Path, make_app: Callable[..., Flask], sign_in: Callable[..., dict[str, Any]]
) -> None:
    token = sign_in("nurse")["token"]
    file, empty = tmp_path / "backup.zip", tmp_path / "restored"
    run(filled.settings.instance, "backup", str(file))
    run(empty, "restore", str(file))
    restored: Hub = make_app(instance=empty).extensions["greenlane"]
    assert restored.accounts.session_of_token(token).staff.username == "nurse"


def test_a_backup_is_for_its_owner_only(filled: Hub, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    run(filled.settings.instance, "backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_restore_never_overwrites_an_instance(filled: Hub, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    run(filled.settings.instance, "backup", str(file))
    uuid = filled.store.uuid
    done = run(filled.settings.instance, "restore", str(file))
    assert done.exit_code == 1 and "holds data already" in done.output
    assert filled.store.uuid == uuid


def damage(file: Path, target: Path) -> None:
    """A zip whose accounts.sqlite differs by one byte from what its manifest promises."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            copy.writestr(name, content[:-1] + bytes([content[-1] ^ 1]) if name == "accounts.sqlite" else content)


def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(filled: Hub, run: Run, tmp_path: Path) -> None:
    file, damaged, empty = tmp_path / "backup.zip", tmp_path / "damaged.zip", tmp_path / "restored"
    run(filled.settings.instance, "backup", str(file))
    damage(file, damaged)
    done = run(empty, "restore", str(damaged))
    assert done.exit_code == 1 and "accounts.sqlite" in done.output and "digest" in done.output
    assert [path.name for path in empty.iterdir()] == ["hub.lock"]


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut off"])
def test_what_is_no_backup_is_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.zip"
    file.write_bytes(content)
    done = run(tmp_path / "restored", "restore", str(file))
    assert done.exit_code == 1 and "no whole backup" in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_a_backup_of_nothing_is_refused(run: Run, tmp_path: Path) -> None:
    done = run(tmp_path / "empty", "backup", str(tmp_path / "backup.zip"))
    assert done.exit_code == 1 and not (tmp_path / "backup.zip").exists()


def test_verify_finds_a_damaged_page(settings: Settings, make_app: Callable[..., Flask], run: Run) -> None:
    hub: Hub = make_app().extensions["greenlane"]
    for number in range(200):
        hub.accounts.store.put_unit(f"u{number}", "x" * 200)
    hub.close()
    path = settings.instance / "accounts.sqlite"
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)
    done = run(settings.instance, "verify")
    assert done.exit_code == 1 and "restore a backup" in done.output


def test_rebuild_says_how_far_it_is(filled: Hub, run: Run) -> None:
    filled.close()
    done = run(filled.settings.instance, "rebuild")
    assert done.exit_code == 0, done.output
    assert "rebuilt" in done.output


def test_verify_sees_one_changed_byte_of_a_photograph(filled: Hub, run: Run, tmp_path: Path) -> None:
    filled.close()
    assert "attachments: ok" in run(filled.settings.instance, "verify").output
    connection = apsw.Connection(str(filled.settings.instance / "store.sqlite"))
    connection.execute("UPDATE piece SET data = zeroblob(length(data))")
    connection.close()
    done = run(filled.settings.instance, "verify")
    assert done.exit_code == 1 and "scratch: a" in done.output


@couchdb.NEEDED  # pouchdb-server has no _revs_limit
def test_a_backup_of_a_hub_on_couchdb_holds_its_documents_and_comes_back_into_a_file_and_into_couchdb(
    couchdb_server: str, make_app: Callable[..., Flask], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = couchdb.new_prefix(), couchdb.new_prefix()
    address = couchdb_server.rstrip("/")
    hub: Hub = make_app(store=f"{address}/{first}").extensions["greenlane"]
    hub.accounts.store.put_unit("a101", "A 101")
    hub.store.ensure_database("scratch")
    hub.store.put("scratch", {"_id": "a", "n": 1})
    file, instance = tmp_path / "backup.zip", hub.settings.instance
    monkeypatch.setenv("GREENLANE_STORE", f"{address}/{first}")
    with InstanceLock(instance, shared=True):
        assert "another hub" in run(instance, "backup", str(file)).output
    done = run(instance, "backup", str(file))
    assert done.exit_code == 0, done.output
    assert run(instance, "verify").exit_code == 0
    monkeypatch.setenv("GREENLANE_STORE", f"{address}/{second}")
    done = run(tmp_path / "on-couchdb", "restore", str(file))
    assert done.exit_code == 0, done.output
    restored = couchdb.open_one(second)
    monkeypatch.setenv("GREENLANE_STORE", "")
    assert run(tmp_path / "on-sqlite", "restore", str(file)).exit_code == 0
    local: Hub = make_app(instance=tmp_path / "on-sqlite").extensions["greenlane"]
    for store in (restored, local.store):
        assert (store.get("scratch", "a") or {})["n"] == 1
        assert store.get("roster", "unit:a101") is not None
    assert len({hub.store.uuid, restored.uuid, local.store.uuid}) == 3
    couchdb.drop(restored)
    couchdb.drop(hub.store)
