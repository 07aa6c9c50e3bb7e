"""Names: of CouchDB's databases below our prefix, and the month in which a document's body is archived.

`<prefix>+control`, `+ledger`, `+checkpoints` are the store's own; `<prefix>+archive_YYYYMM` hold bodies; every database
that the hub knows by a name is `<prefix>+<name>+<generation>`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

PREFIX = re.compile(r"[a-z][a-z0-9_-]*")
_PLAIN = re.compile(r"[a-z0-9_-]")
_ULID = re.compile(r"(?<![0-9A-Za-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# A clock that is far off must not make a database for every month of history.
_FIRST_YEAR, _LAST_YEAR = 2020, 2099
OTHER = "other"


def month_of(document_id: str) -> str:
    """The month of the first ULID in an id ("202611"): all documents of a group lie in one database."""
    found = _ULID.search(document_id)
    if found is None:
        return OTHER
    milliseconds = 0
    for digit in found[0][:10]:
        milliseconds = milliseconds * 32 + _DIGITS.index(digit)
    try:
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return OTHER
    return f"{at:%Y%m}" if _FIRST_YEAR <= at.year <= _LAST_YEAR else OTHER


class Names:
    """Names of CouchDB's databases below a prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.control = f"{prefix}+control"
        self.ledger = f"{prefix}+ledger"
        self.checkpoints = f"{prefix}+checkpoints"

    def archive(self, document_id: str) -> str:
        """Where the body of a document is archived."""
        return f"{self.prefix}+archive_{month_of(document_id)}"

    def is_archive(self, couch_name: str) -> bool:
        return couch_name.startswith(f"{self.prefix}+archive_") and couch_name.count("+") == 1

    def generation(self, name: str, generation: int) -> str:
        """One generation of a database that the hub knows as `name`."""
        return f"{self.prefix}+{_escape(name)}+{generation}"

    def name_of(self, couch_name: str) -> str | None:
        """The hub's name of a generation; None for any other database."""
        parts = couch_name.split("+")
        if len(parts) != 3 or parts[0] != self.prefix:
            return None
        return _unescape(parts[1])

    def is_ours(self, couch_name: str) -> bool:
        return couch_name.startswith(self.prefix + "+")


def _escape(name: str) -> str:
    """CouchDB takes few characters in names; others stand as $xx."""
    return "".join(one if _PLAIN.fullmatch(one) else "".join(f"${byte:02x}" for byte in one.encode()) for one in name)


def _unescape(name: str) -> str:
    return re.sub(
        r"(?:\$[0-9a-f]{2})+", lambda found: bytes.fromhex(found[0].replace("$", "")).decode(errors="replace"), name
    )
