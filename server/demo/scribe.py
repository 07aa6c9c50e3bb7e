"""Writes documents as a phone does: one device, one person, one clock; and gathers a patient's story for delivery."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from server.catalogue.evaluate_score import evaluate_score
from server.clock import to_iso
from server.demo.pictures import renditions
from server.replication.ulids import new_ulid

Body = dict[str, Any]
# What a person needs between seeing something and having it entered.
ENTRY_TIME = timedelta(seconds=4)


@dataclass(frozen=True)
class Scribe:
    """A person at a device. The device's clock is wrong by `-offset_ms`, as the device has measured it."""

    username: str
    staff: str
    role: str
    device: str
    mailbox: str
    offset_ms: int = 0
    error_ms: int = 40

    def shown(self, instant: datetime) -> str:
        """An instant as this device's clock shows it."""
        return to_iso(instant - timedelta(milliseconds=self.offset_ms))


@dataclass
class Story:
    """One patient's documents, written at minutes counted from the opening.

    `wave` counts how often the county was filled again; `encounter` is given where a patient's story goes on.
    """

    opened_at: datetime
    catalogue: Any
    wave: int = 0
    encounter: str = ""
    written: list[tuple[datetime, Scribe, Body]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.encounter = self.encounter or new_ulid(self.opened_at)

    def at(self, minute: float) -> datetime:
        """The instant of a minute of the story; minutes before the opening are negative."""
        return self.opened_at + timedelta(minutes=minute)

    def write(self, scribe: Scribe, minute: float, kind: str, body: Body, **more: Any) -> str:
        """Write an entry; keywords: `stated_minute` (a time that was told), `supersedes`, `measured`."""
        seen_at = self.at(minute)
        recorded_at = seen_at + (timedelta() if kind == "time_node" and "stated_minute" not in more else ENTRY_TIME)
        stated = more.get("stated_minute")
        document_id = f"encounter:{self.encounter}:{kind}:{new_ulid(recorded_at)}"
        is_measured = more.get("measured", True)
        clock = {
            "session": f"{scribe.device}:{self.opened_at:%m%d}",
            "mono_ms": int((recorded_at - self.opened_at).total_seconds() * 1000) + 3_600_000,
            "offset_ms": scribe.offset_ms if is_measured else None,
            "error_ms": scribe.error_ms if is_measured else None,
        }
        document = {
            "_id": document_id,
            "kind": kind,
            "schema": 1,
            "occurred_at": scribe.shown(seen_at) if stated is None else to_iso(self.at(stated)),
            "time_basis": "device" if stated is None else "stated",
            "recorded_at": scribe.shown(recorded_at),
            "clock": clock,
            "author": {"staff": scribe.staff, "role": scribe.role, "badge": None},
            "device": scribe.device,
            "supersedes": more.get("supersedes"),
            "body": body,
        }
        self.written.append((recorded_at, scribe, document))
        return document_id

    def node(self, scribe: Scribe, minute: float, node: str) -> str:
        """One tap on a time node."""
        return self.write(scribe, minute, "time_node", {"node": node, "precision": "exact"})

    def nodes(self, scribe: Scribe, **minutes: float) -> None:
        """Several taps: node=minute."""
        for node, minute in minutes.items():
            self.node(scribe, minute, node)

    def vitals(self, scribe: Scribe, minute: float, **values: Any) -> str:
        return self.write(scribe, minute, "vitals", values)

    def score(self, scribe: Scribe, minute: float, score: str, inputs: Body) -> str:
        """A score with the result that its definition gives; never one that was typed."""
        result = evaluate_score(self.catalogue.scores[score], inputs)
        definition = self.catalogue.definition(score)
        kept = {"version": definition["version"], "hash": definition["hash"]}
        return self.write(
            scribe, minute, "score", {"score": score, "inputs": inputs, "result": result, "definition": kept}
        )

    def acknowledge(self, scribe: Scribe, minute: float, prealert: str) -> str:
        """An acknowledgement by somebody who had all on the screen that was recorded until then."""
        until = self.at(minute)
        seen = [document["_id"].rsplit(":", 1)[1] for recorded_at, _, document in self.written if recorded_at <= until]
        return self.write(scribe, minute, "acknowledgement", {"of": prealert, "seen": seen})

    def photo(self, scribe: Scribe, minute: float, picture: Image.Image, purpose: str) -> None:
        """A photograph: its document in the text lane, its renditions in the media lane."""
        files = renditions(picture)
        original = files["original"]
        body = {"media": "photo", "content_type": "image/jpeg", "purpose": purpose, "bytes": len(original)}
        size = {"width": picture.width, "height": picture.height}
        body |= {"sha256": hashlib.sha256(original).hexdigest(), **size}
        media = self.write(scribe, minute, "media", body)
        for name, data in files.items():
            self.write(scribe, minute, "rendition", {"of": media, "rendition": name})
            stub = {"content_type": "image/jpeg", "data": base64.b64encode(data).decode()}
            self.written[-1][2]["_attachments"] = {"bytes": stub}
