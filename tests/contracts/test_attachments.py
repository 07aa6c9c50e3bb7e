"""What every store promises of attachments, and of checkpoints."""

from __future__ import annotations

import base64

import pytest

from sync.attachments import CHUNK_BYTES, content_of
from sync.documents import parse_edit
from sync.errors import Conflict
from sync.store import Store
from tests.contracts.stores import ids


# --- attachments
def test_an_attachment_comes_back_whole_and_in_ranges(plain: Store) -> None:
    data = bytes(range(256)) * (2 * CHUNK_BYTES // 256) + b"end"
    members = {"bytes": {"content_type": "image/jpeg", "data": base64.b64encode(data).decode()}}
    rev = plain.put("plain", {"_id": "a", "_attachments": members})
    found = plain.open_attachment("plain", "a", "bytes")
    assert found is not None
    assert (found.content_type, found.length) == ("image/jpeg", len(data))
    assert found.read() == data
    for start, stop in ((0, 1), (CHUNK_BYTES - 1, CHUNK_BYTES + 1), (10, 2 * CHUNK_BYTES + 3)):
        assert b"".join(found.chunks(start, stop)) == data[start:stop]
    stub = (plain.get("plain", "a") or {})["_attachments"]["bytes"]
    assert stub == {
        "content_type": "image/jpeg", "revpos": 1, "digest": content_of(data).digest,
        "length": len(data), "stub": True,
    }  # fmt: skip
    assert plain.open_attachment("plain", "a", "other") is None
    assert rev.startswith("1-")


def test_a_stub_keeps_the_bytes_of_before_and_an_unknown_one_is_refused(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a", "_attachments": {"x": {"data": "aGk="}}})
    plain.put("plain", {"_id": "a", "_rev": rev, "n": 2, "_attachments": {"x": {"stub": True}}})
    found = plain.open_attachment("plain", "a", "x")
    assert found is not None
    assert found.read() == b"hi"
    outcome = plain.apply("plain", [parse_edit({"_id": "b", "_attachments": {"y": {"stub": True}}})])[0]
    assert outcome.error == "missing_stub"
    assert plain.get("plain", "b") is None


def test_an_empty_attachment_is_an_attachment(plain: Store) -> None:
    plain.put("plain", {"_id": "a", "_attachments": {"x": {"data": ""}}})
    found = plain.open_attachment("plain", "a", "x")
    assert found is not None
    assert found.read() == b""


# --- local documents
def test_a_checkpoint_comes_back_as_it_was_with_revisions_of_its_own(plain: Store) -> None:
    assert plain.local("plain", "_local/x==") is None
    first = plain.put_local("plain", {"_id": "_local/x==", "b": 1, "a": [{"z": None}]})
    assert first == "0-1"
    assert plain.local("plain", "_local/x==") == {"_id": "_local/x==", "_rev": "0-1", "b": 1, "a": [{"z": None}]}
    with pytest.raises(Conflict):
        plain.put_local("plain", {"_id": "_local/x==", "b": 2})
    assert plain.put_local("plain", {"_id": "_local/x==", "_rev": "0-1", "b": 2}) == "0-2"
    plain.delete_local("plain", "_local/x==", "0-2")
    assert plain.local("plain", "_local/x==") is None
    assert ids(plain, "plain") == []
