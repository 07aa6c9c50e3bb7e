"""A device's line to the hub: HTTP through a relay that may break at any byte of it."""

from __future__ import annotations

import gzip
import http.client
import json
import random
from typing import Any

from relay import Break, Relay

TIMEOUT_SECONDS = 20.0
GZIP_FROM_BYTES = 1024


class LineBroke(Exception):
    """No answer came, or not a whole one: the device knows nothing about what the hub did."""


class Refused(Exception):
    """The hub answered with an error."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class Line:
    """One kept-alive connection at a time. `harm` is the share of requests whose line is to break."""

    def __init__(self, relay: Relay, chance: random.Random) -> None:
        self.relay = relay
        self.harm = 0.0
        self._chance = chance
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """The answer's JSON. Raises LineBroke or Refused."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        if data is not None and len(data) >= GZIP_FROM_BYTES:
            data = gzip.compress(data, 1)
            headers["Content-Encoding"] = "gzip"
        self._arm(len(data or b"") + 300)
        try:
            status, answer = self._exchange(method, path, data, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise LineBroke(type(error).__name__) from error
        if status >= 400:
            raise Refused(status, str(answer.get("reason") if isinstance(answer, dict) else answer)[:200])
        return answer

    def _exchange(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.relay.port, timeout=TIMEOUT_SECONDS)
        self._connection.request(method, path, data, headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        return response.status, json.loads(body)

    def _arm(self, size: int) -> None:
        """Choose whether and at which byte this request's line breaks."""
        if self._chance.random() >= self.harm:
            self.relay.break_at()
            return
        stall = self._chance.uniform(0.05, 0.5) if self._chance.random() < 0.25 else 0.0
        is_cut = stall == 0.0 or self._chance.random() < 0.5
        if self._chance.random() < 0.5:
            self.relay.break_at(up=Break(self._chance.randrange(size), stall, is_cut))
        else:
            self.relay.break_at(down=Break(self._chance.randrange(600), stall, is_cut))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
