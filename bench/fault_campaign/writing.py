"""What crews and nurses write: invented documents, some of them by a newer version of the app."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime
from typing import Any

from stroke_documents import ULID_ALPHABET, iso

from .journal import Document

NEWER_KIND = "hologram"


class Pen:
    """Writes documents for one device; every choice comes from its own chance."""

    def __init__(self, chance: random.Random, *, device: str, staff: str, role: str, is_newer: bool) -> None:
        self._chance = chance
        self._device, self._staff, self._role, self._is_newer = device, staff, role, is_newer
        self._session = self.ulid(datetime.now(UTC))
        self._offset_ms = chance.randrange(-90_000, 90_000)  # the device's clock is wrong by this, and knows it
        self._written = 0

    def ulid(self, at: datetime) -> str:
        number = (int(at.timestamp() * 1000) << 80) | self._chance.getrandbits(80)
        return "".join(ULID_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))

    def document(self, encounter: str, kind: str, body: dict[str, Any], at: datetime) -> Document:
        self._written += 1
        told = datetime.fromtimestamp(at.timestamp() - self._offset_ms / 1000, UTC)
        ulid = encounter if kind == "encounter" else self.ulid(at)
        document: Document = {
            "_id": f"encounter:{encounter}:{kind}:{ulid}",
            "_rev": f"1-{self._chance.getrandbits(128):032x}",
            "kind": kind,
            "schema": 2 if self._is_newer else 1,
            "occurred_at": iso(told),
            "time_basis": "device",
            "recorded_at": iso(told),
            "clock": {
                "session": self._session,
                "mono_ms": self._written * 1000,
                "offset_ms": self._offset_ms,
                "error_ms": 20,
            },
            "author": {"staff": self._staff, "role": self._role, "badge": None},
            "device": self._device,
            "supersedes": None,
            "body": body,
        }
        if self._is_newer:  # fields that this version knows nothing of, before and behind the known ones
            document = {"zone": {"b": [1, None, 2.5], "a": "新"}, **document, "certainty": 0.75}
        return document

    def begin(self, unit: str, at: datetime) -> tuple[str, Document]:
        encounter = self.ulid(at)
        return encounter, self.document(encounter, "encounter", {"unit": unit, "pathway": "trauma"}, at)

    def fact(self, encounter: str, at: datetime) -> Document:
        """Something clinical; one in four of a newer app's is of a kind that others do not know."""
        chance = self._chance
        if self._is_newer and chance.random() < 0.25:
            return self.document(encounter, NEWER_KIND, {"layers": [{"depth": chance.random()}]}, at)
        if chance.random() < 0.3:
            return self.document(encounter, "note", {"text": "复测 " + "长" * chance.randrange(400)}, at)
        return self.document(encounter, "vitals", {"sbp": chance.randrange(60, 200), "hr": chance.randrange(180)}, at)

    def photograph(self, encounter: str, at: datetime) -> tuple[Document, Document]:
        """The entry of the text lane, and its bytes for the media lane."""
        data = self._chance.randbytes(self._chance.choice([900, 9_000, 40_000]))
        body = {"media": "photo", "content_type": "image/jpeg", "purpose": "scene", "bytes": len(data)}
        entry = self.document(encounter, "media", body, at)
        rendition = self.document(encounter, "rendition", {"of": entry["_id"], "rendition": "thumbnail"}, at)
        packed = base64.b64encode(data).decode()
        rendition["_attachments"] = {"bytes": {"content_type": "image/jpeg", "data": packed}}
        return entry, rendition
