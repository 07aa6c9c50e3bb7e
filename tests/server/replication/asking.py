"""Words for tests that ask /db/ over HTTP: pushing, looking at a refusal, a document with branches."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient


def push(client: FlaskClient, headers: dict[str, str], mailbox: str, *documents: dict[str, Any]) -> Any:
    body = {"docs": documents, "new_edits": False}
    return client.post(f"/db/{mailbox}/_bulk_docs", json=body, headers=headers)


def problem(answer: Any, status: int, error: str) -> str:
    """Check an error's shape; returns the reason."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    body = answer.get_json()
    assert body["error"] == error, body
    assert len(body["reason"]) > 5, body
    reason: str = body["reason"]
    return reason


def branched(scratch: FlaskClient) -> None:
    histories = [
        {"_id": "a", "_revisions": {"start": 2, "ids": ["b", "r"]}, "n": "b"},
        {"_id": "a", "_revisions": {"start": 2, "ids": ["c", "r"]}, "n": "c"},
        {"_id": "a", "_revisions": {"start": 3, "ids": ["d", "x", "r"]}, "_deleted": True},
    ]
    assert scratch.post("/db/t/_bulk_docs", json={"docs": histories, "new_edits": False}).get_json() == []
