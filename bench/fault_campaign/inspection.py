"""Looks into the hub from beside the devices: what is in archive and in every mailbox, against journal and oracle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub_process import HubProcess

from sync.sqlite_store import reader
from sync.sqlite_store.connections import ReaderPool
from sync.store import ARCHIVE, Receipt

from .device import Device
from .journal import Document, Journal, encounter_of, kind_of
from .oracle import Arrival, Oracle

PAGE = 500
NOTICE = "release:"
SHOWN = 5  # of each sort of fault, so that a broken hub does not print a million lines


class Inspection:
    """Follows archive's arrivals into the oracle, and compares."""

    def __init__(self, hub: HubProcess, journal: Journal, oracle: Oracle, devices: list[Device], folder: Path) -> None:
        self._hub, self._journal, self._oracle, self._devices = hub, journal, oracle, devices
        self._pool = ReaderPool(folder / "store.sqlite")
        self._since = "0"
        self.arrived: list[str] = []
        self._known: set[str] = set()
        self.hub_wrote: list[Document] = []
        self.token = ""

    @property
    def _owners(self) -> dict[str, str]:
        """Each device's own mailbox; the app is told its id when it signs in."""
        return {device.id: device.owner.own for device in self._devices}

    @property
    def mailboxes(self) -> list[str]:
        bases = sorted({*self._owners.values(), "site_county", "site_east"} | {f"quarantine_{i}" for i in self._owners})
        return [base + lane for base in bases for lane in ("", "-media")]

    # --- following
    def follow(self) -> None:
        """Tell the oracle what arrived since the last time, in the archive's order."""
        while True:
            path = f"/db/{ARCHIVE}/_changes?since={self._since}&limit={PAGE}"
            page = self._hub.get(path, self.token)
            ids = [row["id"] for row in page["results"] if not row["id"].startswith(NOTICE)]
            # A document that lay apart and counts after all is named again.
            self._tell([one for one in ids if one not in self._known])
            self._since = page["last_seq"]
            if not page["results"]:
                return

    def _tell(self, ids: list[str]) -> None:
        with self._pool.lend() as connection:
            given = reader.receipts(connection, reader.place(connection, ARCHIVE).shelf, ids)
        for document_id in ids:
            known = self._journal.written.get(document_id)
            document = known.document if known else self._read_hubs_own(document_id)
            if document is not None:
                self._oracle.arrive(self._arrival(document, given.get(document_id, [])))
            self.arrived.append(document_id)
            self._known.add(document_id)

    def _read_hubs_own(self, document_id: str) -> Document | None:
        document: Document = self._hub.get(f"/db/{ARCHIVE}/{document_id}", self.token)
        is_sound = kind_of(document_id) == "closure" and document["body"] == {"state": "closed", "reason": "stale"}
        if document.get("device") != "hub" or not is_sound:
            self._journal.fault(f"archive has {document_id}, which nobody wrote")
            return None
        self.hub_wrote.append(document)
        return document

    def _arrival(self, document: Document, receipts: list[Receipt]) -> Arrival:
        if not receipts:
            self._journal.fault(f"no receipt of {document['_id']}")
            return Arrival(
                document, self._owners[document["device"]], self._owners[document["device"]], datetime.now(UTC)
            )
        first = min(receipts, key=lambda one: one.received_at)
        names = {one.mailbox.removesuffix("-media") for one in receipts}
        own = self._owners.get(document["device"], first.mailbox.removesuffix("-media"))
        is_ambiguous = len(names) > 1 and any(name.startswith("quarantine_") for name in names)
        at = datetime.fromisoformat(first.received_at)
        return Arrival(document, first.mailbox.removesuffix("-media"), own, at, is_ambiguous)

    # --- comparing
    def differences(self) -> list[str]:
        """Where the hub's mailboxes and the oracle disagree; empty when everything is where it belongs."""
        self._doubt_what_came_both_ways()
        unsure, found = self._oracle.unsure(), []
        for mailbox in self.mailboxes:
            is_media = mailbox.endswith("-media")
            wanted = self._lane(self._oracle.expected(mailbox.removesuffix("-media")), is_media) - unsure
            everything = self.held(mailbox)
            held = {one for one in everything if not one.startswith(NOTICE)} - unsure
            found += self._false_notices(mailbox, everything)
            found += [f"{mailbox} lacks {one}" for one in sorted(wanted - held)[:SHOWN]]
            found += [f"{mailbox} should not have {one}" for one in sorted(held - wanted)[:SHOWN]]
        return found

    def lost(self, acknowledged: set[str]) -> list[str]:
        """Documents that were acknowledged before the archive was followed to its end, and are not in it."""
        return [f"{one} was acknowledged and is not in archive" for one in sorted(acknowledged - self._known)[:SHOWN]]

    def _doubt_what_came_both_ways(self) -> None:
        """A stranger's document in quarantine that also came by the sender's own mailbox, as member or not."""
        apart = {one: case for case in self._oracle.cases.values() for one in case.apart}
        with self._pool.lend() as connection:
            given = reader.receipts(connection, reader.place(connection, ARCHIVE).shelf, apart)
        for document_id, receipts in given.items():
            if len({one.mailbox for one in receipts}) > 1:
                apart[document_id].unsure.add(document_id)

    def _false_notices(self, mailbox: str, held: set[str]) -> list[str]:
        """Notices of release that a mailbox's own documents contradict: a phone would drop what is still there."""
        there = {encounter_of(one) for one in held if not one.startswith(NOTICE)}
        doubtful = [one for one in held if one.startswith(NOTICE) and one.removeprefix(NOTICE) in there]
        notices = [self._hub.get(f"/db/{mailbox}/{one}", self.token) for one in doubtful]
        false = [one["_id"] for one in notices if one["body"]["state"] == "released"]
        return [f"{mailbox} says {one}, and has documents of it" for one in false[:SHOWN]]

    @staticmethod
    def _lane(ids: Iterable[str], is_media: bool) -> set[str]:
        return {one for one in ids if (kind_of(one) == "rendition") == is_media}

    def held(self, mailbox: str) -> set[str]:
        try:
            return self._hub.document_ids(mailbox, self.token)
        except OSError as missing:
            if getattr(missing, "status", 0) == 404:  # a quarantine that was never needed
                return set()
            raise

    def check_archive(self) -> int:
        """Every document in archive says what was written; every acknowledged one is there. Returns how many it has."""
        found: set[str] = set()
        for start in range(0, len(self.arrived), PAGE):
            wanted = [{"id": one} for one in self.arrived[start : start + PAGE]]
            answer = self._hub.post(f"/db/{ARCHIVE}/_bulk_get?attachments=true", {"docs": wanted}, self.token)
            for row in answer["results"]:
                document = row["docs"][0].get("ok")
                if document is not None:
                    found.add(row["id"])
                    self._journal.check_body(document, ARCHIVE)
        for what, ids in (("acknowledged", self._journal.acknowledged), ("written", self._journal.written)):
            lost = sorted(set(ids) - found)
            self._journal.count(f"{what} and lost", len(lost))
            for one in lost[:SHOWN]:
                self._journal.fault(f"{one} was {what} and is not in archive")
        return len(found)

    def check_devices(self) -> None:
        """Every device holds what its mailbox holds, and never held what its mailbox should never have had."""
        unsure = self._oracle.unsure()
        for device in self._devices:
            for lane in ("", "-media"):
                mailbox = device.owner.own + lane
                lacking = self.held(mailbox) - device.pulled.get(mailbox, set())
                allowed = self._oracle.ever(device.owner.own) | unsure
                leaked = device.ever_pulled.get(mailbox, set()) - allowed
                for one in sorted(lacking)[:SHOWN]:
                    self._journal.fault(f"{device.owner.name} never got {one} from {mailbox}")
                for one in sorted(leaked)[:SHOWN]:
                    self._journal.fault(f"{device.owner.name} got {one}, which is not for {mailbox}")

    def check_read_model(self) -> int:
        """The record that screens read counts every document of each encounter."""
        texts: dict[str, int] = {}
        cases = self._oracle.cases
        for one in self.arrived:
            counts = kind_of(one) != "rendition" and one not in cases[encounter_of(one)].apart
            texts[encounter_of(one)] = texts.get(encounter_of(one), 0) + counts
        for encounter, count in texts.items():
            folded: dict[str, Any] = self._hub.get(f"/api/encounters/{encounter}", self.token)
            if folded["documents"] != count and not cases[encounter].unsure:
                self._journal.fault(f"the record of {encounter} counts {folded['documents']} documents, not {count}")
        return len(texts)

    def close(self) -> None:
        self._pool.close()
