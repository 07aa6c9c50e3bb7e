"""Writes staff, sites, units and the site's catalogue into the `roster` database, which every device pulls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from server.accounts.store import AccountsStore
from server.settings import Settings
from sync.documents import Edit, Outcome, parse_edit
from sync.errors import Conflict, SyncError

ROSTER = "roster"


class RosterStore(Protocol):
    """The part of the store that the roster needs."""

    def ensure_database(self, name: str) -> None: ...

    def get(self, database: str, document_id: str) -> dict[str, Any] | None: ...

    def apply(self, database: str, edits: list[Edit]) -> list[Outcome]: ...


class Roster:
    """Keeps the roster's documents equal to accounts.sqlite; ordinary revisions, since a roster may change."""

    def __init__(
        self,
        accounts: AccountsStore,
        store: RosterStore,
        settings: Settings,
        site_catalogue: Mapping[str, Any] | None = None,
        more: Callable[[], Iterable[dict[str, Any]]] = tuple,
    ) -> None:
        self.accounts = accounts
        # Definitions that the site replaced, and its signatures; nothing where it decided nothing.
        self.site_catalogue = site_catalogue or {"definitions": [], "signed_off": []}
        # What other rooms lay into the roster.
        self.more = more
        self.store = store
        self.settings = settings
        self._seen = -1

    def sync(self) -> int:
        """Write the documents that differ, all in one commit; returns how many were written."""
        try:
            return self._write()
        except SyncError as problem:
            if problem.error != Conflict.error:
                raise
        # Another hub on this store wrote the same change just now: what is left of ours goes on top of it.
        return self._write()

    def _write(self) -> int:
        seen = self.accounts.database.change_counter()
        self.store.ensure_database(ROSTER)
        edits = []
        for wanted in self._documents():
            known = self.store.get(ROSTER, wanted["_id"])
            if known is None:
                edits.append(parse_edit(wanted))
            elif {**known, "_rev": None} != {**wanted, "_rev": None}:
                edits.append(parse_edit({**wanted, "_rev": known["_rev"]}))
        for refused in [one for one in self.store.apply(ROSTER, edits) if one.error] if edits else []:
            raise SyncError(f"the roster did not take {refused.id}: {refused.reason}", error=refused.error)
        self._seen = seen
        return len(edits)

    def sync_if_changed(self) -> int:
        """As `sync`, when another connection (the command line) has written since."""
        return self.sync() if self.accounts.database.change_counter() != self._seen else 0

    def _documents(self) -> Iterator[dict[str, Any]]:
        yield {"_id": "hub:info", "kind": "hub", "name": self.settings.hub_name, "demo": self.settings.demo}
        yield {"_id": "catalogue:site", "kind": "catalogue", **self.site_catalogue}
        for site in self.accounts.sites():
            name = {"zh": site.name_zh, "en": site.name_en}
            document = {"_id": f"site:{site.id}", "kind": "site", "id": site.id, "name": name, "phone": site.phone}
            yield {**document, "departments": list(site.departments)}
        for unit in self.accounts.units():
            yield {"_id": f"unit:{unit.id}", "kind": "unit", "id": unit.id, "name": unit.name, "phone": unit.phone}
        for staff in self.accounts.all_staff():
            yield {"_id": f"staff:{staff.id}", "kind": "staff", **staff.public(), "active": staff.active}
        yield from self.more()
