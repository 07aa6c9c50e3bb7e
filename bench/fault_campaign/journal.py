"""What all devices together wrote and were told: the truth that the hub is measured against. Devices are threads."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
# What a hub adds to a document on its way out; everything else must come back as it was written.
ADDED = frozenset({"_rev", "_revisions", "_attachments"})


def digest_of(document: Document) -> str:
    """SHA-256 of a document as it was written, its key order included, and of the bytes of its attachments."""
    # The protocol puts the id first, wherever it stood.
    fields = {"_id": document["_id"]} | {name: value for name, value in document.items() if name not in ADDED}
    found = hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode())
    for name, attachment in sorted(document.get("_attachments", {}).items()):
        found.update(name.encode() + b"\0" + hashlib.sha256(base64.b64decode(attachment["data"])).digest())
    return found.hexdigest()


def encounter_of(document_id: str) -> str:
    return document_id.split(":")[1]


def kind_of(document_id: str) -> str:
    """The kind of a document; "" of the hub's notices, which belong to no kind."""
    parts = document_id.split(":")
    return parts[2] if len(parts) == 4 else ""


@dataclass(frozen=True)
class Written:
    """One document as a device wrote it."""

    document: Document
    digest: str
    device: str


@dataclass
class Journal:
    """Everything written, everything acknowledged, and what went wrong on the way."""

    written: dict[str, Written] = field(default_factory=dict)
    acknowledged: dict[str, set[str]] = field(default_factory=dict)  # id -> names of devices that were told
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, document: Document, device: str) -> None:
        with self._lock:
            self.written[document["_id"]] = Written(document, digest_of(document), device)
            self.counts["documents written"] += 1

    def acknowledge(self, ids: list[str], device: str) -> None:
        with self._lock:
            for document_id in ids:
                self.acknowledged.setdefault(document_id, set()).add(device)

    def count(self, what: str, by: int = 1) -> None:
        with self._lock:
            self.counts[what] += by

    def fault(self, text: str) -> None:
        """Something that must never happen; the campaign fails by it, and whoever waits for its end is told at once."""
        print(f"FAULT: {text}", file=sys.stderr, flush=True)
        with self._lock:
            self.faults.append(text)

    def check_body(self, document: Document, where: str) -> None:
        """Compare a document that came from the hub with what was written. The hub's own closures are welcome."""
        known = self.written.get(document["_id"])
        if document.get("kind") == "release":
            return  # the hub's own notice; the inspection reads them
        if known is None:
            if document.get("device") != "hub":
                self.fault(f"{where} has {document['_id']}, which nobody wrote")
        elif digest_of(document) != known.digest:
            self.fault(f"{where} has another content of {document['_id']}")
