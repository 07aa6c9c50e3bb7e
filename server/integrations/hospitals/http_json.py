"""A hospital that takes JSON over HTTPS: POST one pre-registration, read back its record number.

Settings of a site in `instance/integrations.json`:
  address          https://… (http:// only to this machine itself); redirects are not followed
  token_file       optional; a file below the instance with the bearer token
  ca_file          optional; the hospital's own certificate authority, below the instance
  timeout_seconds  optional, 1 to 60; 10

Request: the JSON of `Preregistration`, with the header `Idempotency-Key`. Answer: 200 or 201 with
`{"record_number": "…", "visit_number": "…"?, "former_record_number": "…"?}`. 408, 409, 425, 429 and 5xx are asked
again; every other status is a refusal that a person must look at. An answer's own words are never logged or shown,
since they may repeat what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from server.integrations.contract import (
    HospitalRefused,
    HospitalUnreachable,
    IntegrationProblem,
    IntegrationType,
    Preregistration,
    Registered,
)

FIELDS = ("address", "token_file", "ca_file", "timeout_seconds")
ASKED_AGAIN = frozenset({408, 409, 425, 429})
LARGEST_ANSWER_BYTES = 64 * 1024
LONGEST_NUMBER = 40
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class HttpJson:
    """One site's address."""

    def __init__(self, address: str, token_file: Path | None, ca_file: Path | None, timeout_seconds: float) -> None:
        self._address = address
        self._token_file = token_file
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc that somebody set for other purposes
        self._session.verify = str(ca_file) if ca_file else True

    def preregister(self, wanted: Preregistration, key: str) -> Registered:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key}
        if self._token_file is not None:
            headers["Authorization"] = f"Bearer {self._token()}"
        try:
            with self._session.post(
                self._address,
                data=orjson.dumps(wanted.as_json()),
                headers=headers,
                timeout=self._timeout_seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response)
        except requests.exceptions.SSLError as error:
            raise HospitalUnreachable("its certificate cannot be trusted; check ca_file and the address") from error
        except requests.exceptions.Timeout as error:
            raise HospitalUnreachable(f"no answer within {self._timeout_seconds:g} s") from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise HospitalUnreachable(f"not reached ({type(error).__name__})") from error

    def _token(self) -> str:
        # Read each time, so that a renewed token counts at once.
        assert self._token_file is not None
        try:
            token = self._token_file.read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise HospitalUnreachable(f"token_file {self._token_file.name} cannot be read") from error
        if not token or not token.isascii() or not token.isprintable():
            raise HospitalUnreachable(f"token_file {self._token_file.name} holds no token")
        return token

    def _read(self, response: requests.Response) -> Registered:
        status = response.status_code
        if status in ASKED_AGAIN or status >= 500:
            raise HospitalUnreachable(f"it answered {status}")
        if status not in (200, 201):
            raise HospitalRefused(f"it answered {status}")
        body = b""
        for piece in response.iter_content(16 * 1024):
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise HospitalRefused(f"its answer is larger than {LARGEST_ANSWER_BYTES} bytes")
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise HospitalRefused("its answer is no JSON") from error
        if not isinstance(answer, dict):
            raise HospitalRefused("its answer is no JSON object")
        record = _number(answer, "record_number")
        if record is None:
            raise HospitalRefused("its answer has no record_number")
        return Registered(record, _number(answer, "visit_number"), _number(answer, "former_record_number"))

    def close(self) -> None:
        self._session.close()


def _number(answer: Mapping[str, Any], field: str) -> str | None:
    value = answer.get(field)
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else ""
    if not text or len(text) > LONGEST_NUMBER or not text.isprintable():
        raise HospitalRefused(f"its {field} is no number of 1 to {LONGEST_NUMBER} characters")
    return text


def open_http(site: str, settings: Mapping[str, Any], instance: Path) -> HttpJson:
    """A site's connection; raises IntegrationProblem for settings that cannot be used."""
    address = settings.get("address")
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or not parts.hostname or parts.username or parts.scheme not in ("https", "http"):
        raise IntegrationProblem(f"{site}: address must be https://host/path, without a password in it")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise IntegrationProblem(f"{site}: address must be https; patients' data does not travel in the open")
    timeout = settings.get("timeout_seconds", 10)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 1 <= timeout <= 60:
        raise IntegrationProblem(f"{site}: timeout_seconds must be 1 to 60")
    token_file, ca_file = (_file(site, settings, field, instance) for field in ("token_file", "ca_file"))
    return HttpJson(str(address), token_file, ca_file, float(timeout))


def _file(site: str, settings: Mapping[str, Any], field: str, instance: Path) -> Path | None:
    name = settings.get(field)
    if name is None:
        return None
    path = instance / name if isinstance(name, str) else instance
    if not path.is_file() or not path.resolve().is_relative_to(instance.resolve()):
        raise IntegrationProblem(f"{site}: {field} must be a file in the instance's folder")
    return path


INTEGRATION = IntegrationType("http_json", FIELDS, open_http)
