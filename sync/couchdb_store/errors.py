"""What CouchDB's troubles are called, each with what to do. A device that meets one keeps its data and sends again."""

from __future__ import annotations

from typing import Any

import requests

from sync.errors import StoreDamaged, SyncError

KEEPS = "devices keep their data and send it again"


class StoreUnavailable(StoreDamaged):
    """CouchDB is down, slow, refusing or full: 503, so that a device retries. Nothing was acknowledged."""

    may_pass = True


class StoreMisused(StoreUnavailable):
    """What waiting does not mend: a wrong address, user or certificate. A hub does not start with it."""

    may_pass = False


class Refused(SyncError):
    """An answer of CouchDB other than success, as it came. Callers turn those they expect into values."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason, error=error, status=status)


class GroupMoved(Exception):
    """Another process changed a group between reading and writing it; the work is done again from the start."""


def unreachable(host: str, problem: requests.RequestException) -> StoreUnavailable:
    """CouchDB gave no answer at all."""
    if isinstance(problem, requests.exceptions.SSLError):
        return StoreMisused(
            f"CouchDB at {host} has no certificate that this hub trusts; "
            f"give the authority's file in REQUESTS_CA_BUNDLE; {KEEPS}"
        )
    if isinstance(problem, requests.Timeout):
        return StoreUnavailable(f"CouchDB at {host} does not answer in time; look at its load and disk; {KEEPS}")
    return StoreUnavailable(
        f"CouchDB at {host} cannot be reached; is it running, and is GREENLANE_STORE right? {KEEPS}"
    )


def refusal(host: str, status: int, body: Any) -> SyncError:
    """An answer that is no success. Rights and overload are the hub's trouble, never the device's fault."""
    told = body if isinstance(body, dict) else {}
    error, reason = str(told.get("error", "unknown_error")), str(told.get("reason", "no reason given"))[:300]
    if status in (401, 403) and error in ("unauthorized", "forbidden"):
        return StoreMisused(
            f"CouchDB at {host} refuses the hub's user ({reason}); check user and password in GREENLANE_STORE, "
            f"the user must be a server administrator; {KEEPS}"
        )
    if status == 507 or "enospc" in error or "enospc" in reason:
        return StoreUnavailable(f"the disk of CouchDB at {host} is full; free space; {KEEPS}", status=507)
    if status >= 500 or status == 429:
        return StoreUnavailable(f"CouchDB at {host} fails ({status} {error}: {reason}); see its log; {KEEPS}")
    return Refused(status, error, reason)


def too_few_copies(host: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"CouchDB at {host} has too few nodes up to keep the usual copies; bring the nodes back; {KEEPS}"
    )
