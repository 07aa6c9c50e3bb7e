"""Which integration serves which site: `integrations.json` in the instance; the local registry where it is silent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from server.integrations.contract import Integration, IntegrationProblem
from server.integrations.hospitals import load_integrations

FILE = "integrations.json"
DEFAULT = "local"
NONE = "none"
LARGEST_FILE_BYTES = 1_000_000


class Sites:
    """Opens each site's integration when it is first wanted. `problems`: place -> what is wrong and the remedy."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._types, withheld = load_integrations()
        self.problems = {f"module {name}": reason for name, reason in withheld.items()}
        self._opened: dict[str, tuple[str, Integration]] = {}
        self._chosen = self._read()

    def _read(self) -> dict[str, Any] | None:
        path = self._instance / FILE
        if not path.exists():
            return {}
        try:
            if path.stat().st_size > LARGEST_FILE_BYTES:
                raise ValueError("it is too large")
            chosen = orjson.loads(path.read_bytes())
            if not isinstance(chosen, dict) or not all(isinstance(one, dict) for one in chosen.values()):
                raise ValueError('it must be {"<site>": {"integration": "…", …}}')
        except (OSError, ValueError) as error:
            # Which hospitals have a system of their own is not known now, so nobody is given a number by guess.
            self.problems[FILE] = f"cannot be used ({error}); nobody is registered until it is mended"
            return None
        return chosen

    def name_of(self, site: str) -> str:
        """The name of the integration that serves a site."""
        choice = (self._chosen or {}).get(site, {})
        return str(choice.get("integration", DEFAULT))

    def open(self, site: str) -> tuple[str, Integration] | None:
        """A site's integration with its name; None where there is none, or it cannot be used (see `problems`)."""
        if self._chosen is None or self.name_of(site) == NONE:
            return None
        if site not in self._opened and site not in self.problems:
            try:
                self._opened[site] = (self.name_of(site), self._open(site, self._chosen.get(site, {})))
            except IntegrationProblem as problem:
                self.problems[site] = f"{problem}; mend {FILE} and start the hub again"
        return self._opened.get(site)

    def _open(self, site: str, settings: Mapping[str, Any]) -> Integration:
        known = self._types.get(self.name_of(site))
        if known is None:
            raise IntegrationProblem(f"{site}: there is no integration {self.name_of(site)[:40]!r}")
        if unknown := settings.keys() - {"integration", *known.fields}:
            raise IntegrationProblem(f"{site}: unknown settings {', '.join(sorted(map(str, unknown)))}")
        return known.open(site, settings, self._instance)

    def close(self) -> None:
        for _, integration in self._opened.values():
            integration.close()
