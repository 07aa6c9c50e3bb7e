"""A device as the app is: its own store, a ledger of positive answers, pushes, pulls, quarantine as way out."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime

from .journal import Document, Journal, digest_of, encounter_of, kind_of
from .line import Line, LineBroke, Refused
from .plan import Owner
from .writing import Pen

PENDING_AT_MOST = 80
UNITS_SITES = ("county", "east")
LANES = ("", "-media")


class Device:
    """One device in a thread of its own: `live` is called again and again while it is not paused."""

    def __init__(
        self, owner: Owner, line: Line, journal: Journal, chance: random.Random, now: Callable[[], datetime]
    ) -> None:
        self.owner, self.line, self._journal, self._chance, self._now = owner, line, journal, chance, now
        self.id = f"d-{owner.name}"
        self.local: dict[str, Document] = {}  # what it wrote
        self.pulled: dict[str, set[str]] = {}  # database -> ids that it holds from there
        self.ever_pulled: dict[str, set[str]] = {}
        self.ledger: set[str] = set()
        self.by_quarantine: set[str] = set()
        self.strangers: Callable[[], list[str]] = list  # encounters of others that it may write to by mistake
        self._since: dict[str, str] = {}
        self._token: str | None = None
        self._pen: Pen | None = None
        self._is_away = False
        self._go, self._is_idle, self._is_over = threading.Event(), threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=owner.name, daemon=True)

    # --- the thread
    def start(self) -> None:
        self._thread.start()
        self._go.set()

    def wait_signed_in(self, seconds: float) -> None:
        """Who was never online has no account to write under."""
        until = time.monotonic() + seconds
        while self._token is None and time.monotonic() < until:
            time.sleep(0.05)
        if self._pen is None:
            raise RuntimeError(f"{self.owner.name} could not sign in")

    def pause(self) -> None:
        self._go.clear()

    def wait_idle(self) -> None:
        if not self._is_idle.wait(120):
            raise RuntimeError(f"{self.owner.name} does not come to rest")

    def resume(self) -> None:
        if not self._is_away:
            self._is_idle.clear()
            self._go.set()

    def put_away(self, documents: int) -> None:
        """Write once more and end in a drawer, undelivered, until taken out."""
        self.pause()
        self.wait_idle()
        for _ in range(documents if self._pen is not None else 0):
            self.write()
        self._is_away = True

    def take_out(self) -> None:
        self._is_away = False
        self.resume()

    def end(self) -> None:
        self._is_over = True
        self._go.set()
        self._thread.join(60)
        self.line.close()

    def _run(self) -> None:
        while not self._is_over:
            if not self._go.is_set():
                self._is_idle.set()
                self._go.wait()
                continue
            try:
                self.live()
            except Exception as error:  # noqa: BLE001 - a device that died quietly would make every check pass
                self._journal.fault(f"{self.owner.name} stopped: {type(error).__name__}: {error}")
                self._is_idle.set()
                return
            time.sleep(self._chance.uniform(0, 0.04))

    # --- one round of a device's life
    def live(self) -> None:
        if not self._sign_in():
            return
        if len(self.pending("")) < PENDING_AT_MOST:
            for _ in range(self._chance.randrange(6)):
                self.write()
        self.sync()
        if self._chance.random() < 0.01:
            self._lose_something()

    def sync(self) -> bool:
        """Push and pull everything once; whether all of it went well."""
        if not self._sign_in():
            return False
        is_well = True
        for lane in LANES:
            is_well &= self._attempt(self.push, lane)
            is_well &= self._attempt(self.pull, self.owner.own + lane)
        return is_well

    def pending(self, lane: str) -> list[Document]:
        is_media = lane != ""
        return [
            d for i, d in list(self.local.items()) if i not in self.ledger and (kind_of(i) == "rendition") == is_media
        ]

    def is_drained(self) -> bool:
        return not any(self.pending(lane) for lane in LANES)

    def drain(self, seconds: float) -> bool:
        """Push and pull until nothing is left to deliver; false when that takes too long. For a device at rest."""
        until = time.monotonic() + seconds
        while not self.sync() or not self.is_drained():
            if time.monotonic() > until:
                return False
        return True

    def _attempt(self, work: Callable[[str], None], what: str) -> bool:
        try:
            work(what)
        except LineBroke as broke:
            self._journal.count(f"line broke ({broke})")
            time.sleep(self._chance.uniform(0, 0.2))
            return False
        except Refused as refused:
            self._journal.count(f"answered {refused.status}")
            if refused.status == 401:
                self._way_out()
            elif refused.status < 500:
                self._journal.fault(f"{self.owner.name}, {what or 'text'}: {refused}")
            return False
        return True

    def _sign_in(self) -> bool:
        if self._token is not None:
            return True
        body = {
            "username": self.owner.username,
            "password": self.owner.password,
            "device_name": self.owner.name,
            "device_id": self.id,
        }
        try:
            granted = self.line.ask("POST", "/api/session", body)
        except (LineBroke, Refused) as problem:
            self._journal.count(f"sign-in failed ({str(problem)[:3]})")
            time.sleep(self._chance.uniform(0.02, 0.2))
            return False
        self._token = granted["token"]
        staff = granted["staff"]
        self._pen = self._pen or Pen(
            self._chance, device=self.id, staff=staff["id"], role=staff["role"], is_newer=self.owner.is_newer
        )
        return True

    def _way_out(self) -> None:
        """The token has expired: deliver into quarantine with it, sometimes, before signing in again."""
        if self._chance.random() < 0.6:
            for lane in LANES:
                try:
                    self.push(lane, f"quarantine_{self.id}{lane}")
                except (LineBroke, Refused) as problem:
                    self._journal.count(f"quarantine failed ({str(problem)[:3]})")
        self._token = None

    def _lose_something(self) -> None:
        """The phone forgets what was delivered, or what it had pulled, and begins again."""
        if self._chance.random() < 0.5:
            self.ledger.clear()
            self._journal.count("ledgers lost")
        else:
            self._since.clear()
            self.pulled.clear()
            self._journal.count("stores lost")

    # --- writing
    def write(self) -> None:
        assert self._pen is not None
        at, chance = self._now(), self._chance
        known = self.encounters()
        if self.owner.is_crew and (not known or chance.random() < 0.06):
            self._keep(self._pen.begin(self.owner.own.removeprefix("unit_"), at)[1])
            return
        if self.owner.is_crew and chance.random() < 0.03 and (others := self.strangers()):
            stranger = chance.choice(others)
            body = {"site": chance.choice(UNITS_SITES), "eta_at": None}
            self._keep(self._pen.document(stranger, "destination", body, at))  # must move nothing
            return
        if known:
            recent = known[-8:] if chance.random() < 0.8 else known
            self._write_into(self._pen, chance.choice(recent), at)

    def _write_into(self, pen: Pen, encounter: str, at: datetime) -> None:
        dice = self._chance.random()
        if dice < 0.12:
            for one in pen.photograph(encounter, at):
                self._keep(one)
        elif self.owner.is_crew and dice < 0.22:
            site = self._chance.choice((*UNITS_SITES, *UNITS_SITES, "nowhere"))
            self._keep(pen.document(encounter, "destination", {"site": site, "eta_at": None}, at))
        elif self.owner.is_crew and dice < 0.26:
            self._keep(pen.document(encounter, "prealert", {"site": self._chance.choice(UNITS_SITES)}, at))
        elif self.owner.is_crew and dice < 0.32:
            state, reason = ("closed", "handed_over") if self._chance.random() < 0.6 else ("reopened", "error")
            self._keep(pen.document(encounter, "closure", {"state": state, "reason": reason}, at))
        else:
            self._keep(pen.fact(encounter, at))

    def encounters(self) -> list[str]:
        """Those that it may write to: of its own mailbox, oldest first. Strangers' are none of them."""
        if self.owner.is_crew:
            headers = [i for i in [*self.local, *self.pulled.get(self.owner.own, ())] if kind_of(i) == "encounter"]
        else:
            headers = [i for i in self.pulled.get(self.owner.own, ()) if kind_of(i) == "encounter"]
        return sorted({encounter_of(i) for i in headers})

    def _keep(self, document: Document) -> None:
        self.local[document["_id"]] = document
        self._journal.write(document, self.owner.name)

    # --- pushing
    def push(self, lane: str, mailbox: str | None = None) -> None:
        """Send what is pending in one lane, in batches of any size and sometimes in any order, some of it again."""
        waiting = self.pending(lane)
        if mailbox is None and self._chance.random() < 0.2:
            waiting += self._sent_before(lane)
        if self._chance.random() < 0.3:
            self._chance.shuffle(waiting)
        target = mailbox or self.owner.own + lane
        while waiting:
            size = self._chance.choice([1, 5, 20, 60])
            batch, waiting = waiting[:size], waiting[size:]
            self._push_batch(target, batch)

    def _sent_before(self, lane: str) -> list[Document]:
        known = sorted(self.ledger - self.by_quarantine)
        again = self._chance.sample(known, min(5, len(known)))
        return [self.local[i] for i in again if (kind_of(i) == "rendition") == (lane != "")]

    def _push_batch(self, target: str, batch: list[Document]) -> None:
        answer = self.line.ask("POST", f"/db/{target}/_bulk_docs", {"new_edits": False, "docs": batch}, self._token)
        failed = {row["id"]: row for row in answer}
        for row in failed.values():
            self._journal.fault(f"{target} refused {row['id']}: {row.get('reason')}")
        told = [one["_id"] for one in batch if one["_id"] not in failed]
        self.ledger.update(told)
        if target.startswith("quarantine_"):
            self.by_quarantine.update(told)
            self._journal.count("acknowledged in quarantine", len(told))
        self._journal.acknowledge(told, self.owner.name)
        self._journal.count("acknowledgements", len(told))

    # --- pulling
    def pull(self, database: str) -> None:
        """Follow the change feed to its end; the place in it moves only when the documents are held."""
        while True:
            since = self._since.get(database, "0")
            limit = self._chance.choice([5, 50, 200])
            page = self.line.ask("GET", f"/db/{database}/_changes?since={since}&limit={limit}", token=self._token)
            if page["results"]:
                self._fetch(database, [row["id"] for row in page["results"]])
            self._since[database] = page["last_seq"]
            if not page["results"]:
                return

    def _fetch(self, database: str, ids: list[str]) -> None:
        wanted = [{"id": one} for one in ids]
        path = f"/db/{database}/_bulk_get?revs=true&latest=true&attachments=true"
        answer = self.line.ask("POST", path, {"docs": wanted}, self._token)
        held = self.pulled.setdefault(database, set())
        for row in answer["results"]:
            for one in row["docs"]:
                if "ok" not in one:
                    # Released between the two requests: no longer there, and no longer wanted.
                    self._journal.count("gone between feed and fetch")
                    continue
                self._journal.check_body(one["ok"], database)
                held.add(row["id"])
                if not row["id"].startswith("release:"):
                    self.ever_pulled.setdefault(database, set()).add(row["id"])
                mine = self.local.get(row["id"])
                if mine is not None and digest_of(mine) == digest_of(one["ok"]):
                    self._journal.count("own documents seen again")
