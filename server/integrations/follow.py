"""Registers patients with the hospital that they are going to, and writes its answer into the record.

An encounter that is destined to a site, and every change of its identity, is put on the waiting list; rounds tell the
hospitals. Each hospital is told one patient at a time, and a silent one holds up no other. Asking twice harms nothing:
the visit and the key are the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import apsw
import gevent
import structlog
from flask import Flask

from server.assemble import StartupProblem, database_remedy
from server.clock import from_ms, to_iso
from server.hub import Hub
from server.integrations import rules
from server.integrations.contract import HospitalRefused, HospitalUnreachable, Integration
from server.integrations.registry_file import RegistryFile
from server.integrations.sites import Sites
from server.integrations.waiting_list import Waiting, WaitingList
from server.offload import is_serving
from server.replication.own_documents import own_document
from server.replication.turn import Turn

ROUND_SECONDS = 1.0
LOOK_BACK = timedelta(days=4)
MOST_IN_A_ROUND = 200
log = structlog.get_logger("greenlane.integrations")


def register(_app: Flask, hub: Hub) -> None:
    """Follow the read model, and tell the hospitals in rounds."""
    path = hub.settings.instance / "registry.sqlite"
    try:
        file = RegistryFile(path)
    except apsw.Error as error:
        raise StartupProblem(database_remedy(str(path), error)) from error
    registrar = Registrar(hub, file, Sites(hub.settings.instance))
    hub.integrations = registrar
    hub.readmodel.on_change(registrar.heard_of)
    hub.every(ROUND_SECONDS, "integrations", registrar.round)


class Registrar:
    """The desk between encounters and hospitals."""

    def __init__(self, hub: Hub, file: RegistryFile, sites: Sites) -> None:
        self._hub = hub
        self._file = file
        self._sites = sites
        self._list = WaitingList(file)
        self._turn = Turn(hub.store, "integrations", over_after_seconds=120.0)
        self._changed: dict[str, None] = {}
        self._has_looked_back = False

    def heard_of(self, encounter: str, *_rest: Any) -> None:
        """An encounter changed; the next round sees whether a hospital should hear of it."""
        self._changed[encounter] = None

    def round(self) -> int:
        """Put what changed on the list, and tell hospitals what is due; returns how many answered."""
        if not self._has_looked_back:
            for encounter in self._hub.readmodel.open_since(self._hub.clock.now() - LOOK_BACK):
                self._changed.setdefault(encounter)
            self._has_looked_back = True
        if not self._changed and not self._list.due(self._hub.clock.now_ms(), 1):
            return 0
        if not self._turn.take():
            return 0
        for encounter in list(self._changed)[:MOST_IN_A_ROUND]:
            self._consider(encounter)
            del self._changed[encounter]
        by_site: dict[str, list[Waiting]] = {}
        for one in self._list.due(self._hub.clock.now_ms(), MOST_IN_A_ROUND):
            by_site.setdefault(one.site, []).append(one)
        if not is_serving():
            return sum(self._tell(site, waiting) for site, waiting in by_site.items())
        told = [gevent.spawn(self._tell, site, waiting) for site, waiting in by_site.items()]
        gevent.joinall(told, raise_error=True)
        return sum(one.value for one in told)

    def _consider(self, encounter: str) -> None:
        told = self._hub.readmodel.told(encounter)
        site = rules.site_to_register_at(told.group.members, told.group.facts) if told else None
        wanted = rules.preregistration(told.folded, site) if told and site else None
        if wanted is None or site is None or self._sites.open(site) is None:
            self._list.drop(encounter)
            return
        now_ms = self._hub.clock.now_ms()
        self._list.want(site, encounter, rules.fingerprint_of(wanted), now_ms, to_iso(from_ms(now_ms)))

    def _tell(self, site: str, waiting: list[Waiting]) -> int:
        """Tell one hospital what is due, one after another, until it does not answer."""
        opened = self._sites.open(site)
        answered = 0
        for one in waiting if opened else ():
            assert opened is not None
            try:
                answered += self._tell_one(one, *opened)
            except HospitalUnreachable as problem:
                self._fail(one, str(problem), is_refused=False)
                self._list.put_off(site, self._hub.clock.now_ms() + rules.FIRST_PAUSE_MS)
                break
            except HospitalRefused as problem:
                self._fail(one, str(problem), is_refused=True)
            except Exception as fault:  # an integration's own fault must hold up neither the others nor the hub
                log.error("integration_failed", site=site, encounter=one.encounter, exc_info=fault)
                self._fail(one, f"the integration failed ({type(fault).__name__}); see the log", is_refused=True)
        return answered

    def _fail(self, one: Waiting, reason: str, *, is_refused: bool) -> None:
        attempts = one.attempts + 1
        next_ms = self._hub.clock.now_ms() + rules.pause_ms(attempts, is_refused)
        log.warning("not_registered", site=one.site, encounter=one.encounter, attempts=attempts, reason=reason)
        self._list.postpone(one, next_ms, reason)

    def _tell_one(self, one: Waiting, system: str, integration: Integration) -> int:
        told = self._hub.readmodel.told(one.encounter)
        wanted = rules.preregistration(told.folded, one.site) if told else None
        if told is None or wanted is None:
            self._list.drop(one.encounter)
            return 0
        fingerprint = rules.fingerprint_of(wanted)
        answer = integration.preregister(wanted, f"{one.encounter}-{fingerprint}")
        former = next((r for r in reversed(told.folded["registrations"]) if r["site"] == one.site), None)
        body = rules.registration_body(one.site, system, answer, former)
        if rules.says_more(body, former):
            self._write(one.encounter, told.group.members[0], body, former["entry"]["id"] if former else None)
        self._list.settle(one, fingerprint)
        log.info("registered", site=one.site, encounter=one.encounter, system=system)
        return 1

    def _write(self, encounter: str, mailbox: str, body: dict[str, Any], supersedes: str | None) -> None:
        document = own_document(encounter, "registration", body, self._hub.clock.now(), supersedes=supersedes)
        answer = self._hub.delivery.write_own(mailbox, [document])[0]
        if "error" in answer:  # the number must reach the record: tried again, and seen meanwhile
            raise HospitalUnreachable(f"registered, but not written into the record: {answer['reason']}")

    def status(self) -> dict[str, Any]:
        """What the status page says: problems of settings, and for each site what waits and what fails. No patients."""
        sites: dict[str, Any] = {}
        for site, waiting in self._list.by_site().items():
            failing = [one for one in waiting if one.reason is not None]
            sites[site] = {
                "integration": self._sites.name_of(site),
                "waiting": len(waiting),
                "failing": [
                    {
                        "encounter": one.encounter,
                        "attempts": one.attempts,
                        "since": one.since,
                        "next_at": to_iso(from_ms(one.next_ms)),
                        "reason": one.reason,
                    }
                    for one in failing[:20]
                ],
            }
        return {"problems": dict(self._sites.problems), "sites": sites}

    def close(self) -> None:
        self._sites.close()
        self._file.close()
