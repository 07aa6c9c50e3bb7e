"""The HTTPS integration against a real server: certificates, timeouts, answers of every kind."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.integrations.contract import HospitalRefused, HospitalUnreachable, IntegrationProblem, Registered
from server.integrations.hospitals.http_json import open_http
from server.serving.certificates import server_context
from tests.server.integrations.test_local_registry import NUMBER, wanted

Answer = tuple[int, bytes]


class Hospital:
    """A hospital's server with a certificate of its own; `answer` is what it says next."""

    def __init__(self, folder: Path) -> None:
        self.answer: Answer = (201, b'{"record_number": "H-1", "visit_number": "V-9"}')
        self.requests: list[tuple[dict[str, str], Any]] = []
        self.release = threading.Event()
        self.release.set()
        hospital = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hospital.requests.append((dict(self.headers), json.loads(body)))
                hospital.release.wait(20)
                status, content = hospital.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if status == 302:
                    self.send_header("Location", f"https://localhost:{hospital.port}/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = server_context(folder, ["127.0.0.1"])
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Hospital]:
    (tmp_path / "tls").mkdir()
    opened = Hospital(tmp_path / "tls")
    yield opened
    opened.close()


@pytest.fixture
def connect(hospital: Hospital, tmp_path: Path) -> Callable[..., Any]:
    def open_one(**settings: Any) -> Any:
        address = f"https://127.0.0.1:{hospital.port}/register"
        return open_http("county", {"address": address, "ca_file": "tls/ca.crt", **settings}, tmp_path)

    return open_one


def test_a_patient_is_registered_with_key_and_token(
    hospital: Hospital, connect: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "his.token").write_text("secret-token\n")
    answer = connect(token_file="his.token").preregister(wanted("A", NUMBER), "A-1")
    assert answer == Registered("H-1", "V-9")
    headers, body = hospital.requests[0]
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("A-1", "Bearer secret-token")
    assert (body["visit"], body["identity"]["id_number"]) == ("A", NUMBER)


def test_a_certificate_of_nobody_known_is_not_spoken_to(hospital: Hospital, connect: Callable[..., Any]) -> None:
    with pytest.raises(HospitalUnreachable, match="certificate"):
        connect(ca_file=None).preregister(wanted("A", NUMBER), "A-1")
    assert hospital.requests == []


def test_a_certificate_for_another_name_is_not_spoken_to(hospital: Hospital, tmp_path: Path) -> None:
    settings = {"address": f"https://127.0.0.2:{hospital.port}/", "ca_file": "tls/ca.crt", "timeout_seconds": 2}
    with pytest.raises(HospitalUnreachable):
        open_http("county", settings, tmp_path).preregister(wanted("A", NUMBER), "A-1")
    assert hospital.requests == []


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503])
def test_what_may_pass_is_asked_again(hospital: Hospital, connect: Callable[..., Any], status: int) -> None:
    hospital.answer = (status, b"{}")
    with pytest.raises(HospitalUnreachable, match=str(status)):
        connect().preregister(wanted("A"), "A-1")


@pytest.mark.parametrize("status", [204, 302, 400, 401, 403, 404, 422])
def test_what_does_not_pass_is_for_a_person_and_no_redirect_is_followed(
    hospital: Hospital, connect: Callable[..., Any], status: int
) -> None:
    hospital.answer = (status, b"" if status == 204 else b'{"message": "330000195408160024 is unknown"}')
    with pytest.raises(HospitalRefused, match=str(status)) as refused:
        connect().preregister(wanted("A", NUMBER), "A-1")
    assert NUMBER not in str(refused.value)
    assert len(hospital.requests) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"record_number": ""}',
        b'{"record_number": 7}',
        b'{"record_number": "a\\nb"}',
        b'{"record_number": "' + b"9" * 41 + b'"}',
        b'{"record_number": "1", "visit_number": {}}',
        b'{"record_number": "1", "more": "' + b"x" * 70_000 + b'"}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_makes_no_sense_is_no_registration(
    hospital: Hospital, connect: Callable[..., Any], content: bytes
) -> None:
    hospital.answer = (200, content)
    with pytest.raises(HospitalRefused):
        connect().preregister(wanted("A"), "A-1")


def test_a_silent_hospital_is_left_after_the_timeout(hospital: Hospital, connect: Callable[..., Any]) -> None:
    hospital.release.clear()
    with pytest.raises(HospitalUnreachable, match="within 1 s"):
        connect(timeout_seconds=1).preregister(wanted("A"), "A-1")


def test_nobody_there_is_unreachable(tmp_path: Path) -> None:
    one = open_http("county", {"address": "http://127.0.0.1:9/", "timeout_seconds": 1}, tmp_path)
    with pytest.raises(HospitalUnreachable, match="not reached"):
        one.preregister(wanted("A"), "A-1")


def test_a_token_that_cannot_be_read_sends_nothing(
    hospital: Hospital, connect: Callable[..., Any], tmp_path: Path
) -> None:
    token = tmp_path / "his.token"
    token.write_text("")
    one = connect(token_file="his.token")
    with pytest.raises(HospitalUnreachable, match="token"):
        one.preregister(wanted("A"), "A-1")
    token.unlink()
    with pytest.raises(HospitalUnreachable, match="token"):
        one.preregister(wanted("A"), "A-1")
    assert hospital.requests == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"address": 7},
        {"address": "his.example/x"},
        {"address": "ftp://his.example"},
        {"address": "http://his.example/x"},
        {"address": "https://user:word@his.example/x"},
        {"address": "https://his.example", "timeout_seconds": 0},
        {"address": "https://his.example", "timeout_seconds": True},
        {"address": "https://his.example", "timeout_seconds": "10"},
        {"address": "https://his.example", "token_file": "missing"},
        {"address": "https://his.example", "ca_file": "/etc/passwd"},
        {"address": "https://his.example", "token_file": 7},
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(IntegrationProblem, match="county: "):
        open_http("county", settings, tmp_path)


def test_the_context_of_the_test_is_a_real_one(tmp_path: Path) -> None:
    assert isinstance(server_context(tmp_path, ["127.0.0.1"]), ssl.SSLContext)
