"""Release notices: the only thing that lets a phone drop an encounter. Pure.

`release:<encounter>` stands in every mailbox that an encounter was released from. `released` says that nothing of it
is in this mailbox any more; `withdrawn` that something is again (a late document came, or it was reopened). The hub
alone writes it, in the transaction that makes it true and ahead of what makes it untrue: a feed never contradicts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sync.store import Notice

PREFIX = "release:"
RELEASED = "released"
WITHDRAWN = "withdrawn"
UNLISTED = "unlisted"
# A new device must not pull years of notices; a phone that was away for longer keeps what it has.
LISTED_FOR = timedelta(days=90)


def release(encounter: str, facts: Mapping[str, Any], at: str, documents: int) -> tuple[Notice, dict[str, Any]]:
    """The notice of a release, and the facts that remember it. `documents`: how many the archive has, in both lanes."""
    return _notice(encounter, facts, at, {"state": RELEASED, "documents": documents})


def withdraw(encounter: str, facts: Mapping[str, Any], at: str, reason: str) -> tuple[Notice, dict[str, Any]] | None:
    """The notice that takes a release back, where one stands."""
    if not is_released(facts):
        return None
    return _notice(encounter, facts, at, {"state": WITHDRAWN, "reason": reason})


def unlist(encounter: str, facts: Mapping[str, Any]) -> tuple[Notice, dict[str, Any]]:
    """Take the notice itself out of the mailboxes, as it stands."""
    return Notice(PREFIX + encounter, {}), {**facts, "notice": {**facts["notice"], "state": UNLISTED}}


def is_released(facts: Mapping[str, Any]) -> bool:
    """Whether a notice of release stands in the mailboxes."""
    return bool(facts.get("notice", {}).get("state") == RELEASED)


def _notice(encounter: str, facts: Mapping[str, Any], at: str, body: dict[str, Any]) -> tuple[Notice, dict[str, Any]]:
    fields = {"kind": "release", "schema": 1, "encounter": encounter, "at": at, "body": body}
    return Notice(PREFIX + encounter, fields), {**facts, "notice": {"state": body["state"], "at": at}}
