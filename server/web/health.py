"""GET /healthz, GET /api/clock and GET /api/status: is the hub well, what time is it, what needs a person's eye."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, request

from server import clock
from server.hub import Hub
from server.settings import VERSION
from sync.errors import SyncError

QUARANTINE_PREFIX = "quarantine_"


def register(app: Flask, hub: Hub) -> None:
    """Mount the three."""

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, Any], int]:
        """Health and readiness: 200 with "ok" or "degraded", 503 with the reason when the hub cannot keep data."""
        checks = run_checks(hub)
        broken = {name: reason for name, reason in checks.items() if reason != "ok"}
        degraded = {**hub.degraded, **catalogue_reasons(hub), **read_model_reasons(hub)}
        answer: dict[str, Any] = {
            "status": status_word(checks, degraded),
            "version": VERSION,
            "store": "couchdb" if hub.settings.store else "sqlite",
            "uuid": hub.store.uuid,
            "name": hub.settings.hub_name,
            "demo": hub.settings.demo,
            "now": clock.to_iso(hub.clock.now()),
            "checks": checks,
            "degraded": degraded,
        }
        if broken:
            answer |= {"error": "service_unavailable", "reason": "; ".join(broken.values())}
        return answer, 503 if broken else 200

    @app.get("/api/clock")
    def api_clock() -> dict[str, Any]:
        """The hub's time, against which devices measure their clocks."""
        now_ms = hub.clock.now_ms()
        return {"now": clock.to_iso(clock.from_ms(now_ms)), "now_ms": now_ms}

    @app.get("/api/status")
    def api_status() -> dict[str, Any]:
        """What the status page shows: withheld catalogue files, flagged documents, quarantined work."""
        hub.accounts.authenticate(request)
        checks = run_checks(hub)
        degraded = {**hub.degraded, **read_model_reasons(hub)}
        return {
            "status": status_word(checks, {**degraded, **catalogue_reasons(hub)}),
            "version": VERSION,
            "checks": checks,
            "degraded": degraded,
            "withheld": withheld_of(hub),
            "overridden": list(hub.catalogue.overridden),
            "signed_off": signed_off_counts(hub),
            "flagged": None if hub.readmodel.trouble else hub.readmodel.count_with_problems(),
            # Unknown is not none: without its store the hub cannot say.
            "quarantine": quarantine_of(hub) if checks["store"] == "ok" else None,
            "integrations": hub.integrations.status(),
            "live_connections": hub.live.connected,
        }


def status_word(checks: dict[str, str], degraded: dict[str, str]) -> str:
    if any(reason != "ok" for reason in checks.values()):
        return "unavailable"
    return "degraded" if degraded else "ok"


def read_model_reasons(hub: Hub) -> dict[str, str]:
    return {"read model": hub.readmodel.trouble} if hub.readmodel.trouble else {}


def run_checks(hub: Hub) -> dict[str, str]:
    """Name of a check -> "ok", or what is wrong and the remedy."""
    return {"store": check_store(hub), "accounts": check_accounts(hub), "instance": check_instance(hub)}


def check_store(hub: Hub) -> str:
    try:
        # A store on another machine is asked with little patience.
        getattr(hub.store, "ping", lambda: hub.store.info("archive"))()
    except SyncError as error:
        return f"the store cannot be read: {error.reason}"
    except Exception as error:  # noqa: BLE001 - whatever a store raises, health has to say so and not fail itself
        return f"the store cannot be read ({type(error).__name__}); see the log, then restore a backup"
    return "ok"


def check_accounts(hub: Hub) -> str:
    try:
        hub.accounts.store.has_staff()
    except Exception as error:  # noqa: BLE001 - as above
        return f"accounts.sqlite cannot be read ({type(error).__name__}); restore a backup"
    return "ok"


def check_instance(hub: Hub) -> str:
    folder = hub.settings.instance
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written; check its owner and that the disk is mounted for writing"
    space = os.statvfs(folder)
    free_mb = space.f_bavail * space.f_frsize // 2**20
    return "ok" if free_mb >= 64 else f"only {free_mb} MB are free on the disk of {folder}; make room"


def withheld_of(hub: Hub) -> list[dict[str, Any]]:
    return list(getattr(hub.catalogue, "withheld", []))


def signed_off_counts(hub: Hub) -> dict[str, int]:
    """How many definitions there are, and how many somebody has signed off."""
    catalogue = hub.catalogue
    names = [(folder, id_) for folder, entries in catalogue.entries.items() for id_ in entries]
    return {"definitions": len(names), "signed": sum(catalogue.signed_off(*name) is not None for name in names)}


def catalogue_reasons(hub: Hub) -> dict[str, str]:
    return {f"catalogue:{item['file']}": str(item["reason"]) for item in withheld_of(hub)}


def quarantine_of(hub: Hub) -> list[dict[str, Any]]:
    """Devices with work in quarantine, and how many documents."""
    found = []
    for name in hub.store.database_names():
        if name.startswith(QUARANTINE_PREFIX) and not name.endswith("-media"):
            count = hub.store.info(name).doc_count
            if count:
                found.append({"device": name.removeprefix(QUARANTINE_PREFIX), "documents": count})
    return found
