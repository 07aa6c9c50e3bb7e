"""Signing in over HTTP, what a session opens, renewing, signing out, and refusals."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server import clock
from server.clock import Clock
from server.hub import Hub
from tests.conftest import PASSWORD, bearer

SignIn = Callable[..., dict[str, Any]]


class MovedClock(Clock):
    """The real clock, some time later."""

    def __init__(self) -> None:
        self.later = timedelta(0)

    def now(self) -> datetime:
        return clock.now() + self.later


class PhoneKey:
    """What WebCrypto makes on a phone."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, Any]:
        point = self.private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(point.x.to_bytes(32)), "y": b64(point.y.to_bytes(32))}

    def sign(self, message: str) -> str:
        der = self.private.sign(message.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(der)
        return b64(r.to_bytes(32) + s.to_bytes(32))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def later(staffed: Hub) -> MovedClock:
    """A clock of the hub that a test sets forward."""
    moved = MovedClock()
    staffed.clock = staffed.accounts.clock = moved
    staffed.accounts.store.clock = staffed.accounts.devices.clock = moved
    return moved


def access_of(granted: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["access"] for row in granted["databases"]}


def refusal(answer: TestResponse) -> tuple[int, str, str]:
    body = answer.get_json()
    return answer.status_code, body["error"], body["reason"]


def test_a_paramedic_gets_a_token_and_the_mailboxes_of_their_ambulance(staffed: Hub, sign_in: SignIn) -> None:
    granted = sign_in("paramedic")
    device = granted["device"]["id"]
    assert granted["staff"]["role"] == "paramedic"
    assert granted["hub"] == {"uuid": staffed.store.uuid, "name": "Greenlane", "demo": False}
    assert access_of(granted) == {
        "unit_a101": "write",
        "unit_a101-media": "write",
        "roster": "read",
        f"quarantine_{device}": "write",
        f"quarantine_{device}-media": "write",
    }
    lanes = {row["name"]: (row["lane"], row["url"]) for row in granted["databases"]}
    assert lanes["unit_a101-media"] == ("media", "http://localhost/db/unit_a101-media")


@pytest.mark.parametrize(
    ("role", "opens", "shut"),
    [
        ("nurse", {"site_county": "write", "roster": "read"}, {"archive", "unit_a101"}),
        ("quality", {"roster": "read"}, {"archive", "site_county", "unit_a101"}),
        ("admin", {"archive": "read", "site_county": "read", "unit_a101": "read"}, set()),
        ("commander", {"roster": "read"}, {"archive", "site_county"}),
    ],
)
def test_a_role_opens_its_mailboxes_and_no_others(
    staffed: Hub, sign_in: SignIn, role: str, opens: dict[str, str], shut: set[str]
) -> None:
    access = access_of(sign_in(role))
    assert opens.items() <= access.items()
    assert not shut & access.keys()


def test_a_commander_may_write_every_scene_and_nothing_else(staffed: Hub, sign_in: SignIn) -> None:
    session = staffed.accounts.session_of_token(sign_in("commander")["token"])
    assert session.may_write("incident_bridge") and session.may_write("incident_bridge-media")
    assert not session.may_read("site_county")


def test_an_administrator_reads_all_and_writes_none(staffed: Hub, sign_in: SignIn) -> None:
    session = staffed.accounts.session_of_token(sign_in("admin")["token"])
    assert session.may_read("site_county") and not session.may_write("site_county")
    assert session.may_read("archive") and not session.may_write("archive")


@pytest.mark.parametrize("username", ["paramedic", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    staffed: Hub, client: FlaskClient, username: str
) -> None:
    answer = client.post("/api/session", json={"username": username, "password": "wrong"})
    assert refusal(answer) == (401, "unauthorized", "name or password is not right")


def test_too_many_failures_lock_the_name_from_that_address_only(staffed: Hub, client: FlaskClient) -> None:
    wrong = {"username": "nurse", "password": "wrong"}
    right = {"username": "nurse", "password": PASSWORD}
    codes = [client.post("/api/session", json=wrong).status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    assert refusal(client.post("/api/session", json=right))[:2] == (429, "too_many_requests")
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.post("/api/session", json=right, environ_base=elsewhere).status_code == 200


def test_basic_guesses_are_counted_like_sign_ins(staffed: Hub, client: FlaskClient) -> None:
    codes = [client.get("/api/session", auth=("nurse", "wrong")).status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]


def test_basic_opens_the_same_as_a_token_but_no_quarantine(staffed: Hub, client: FlaskClient) -> None:
    answer = client.get("/api/session", auth=("nurse", PASSWORD)).get_json()
    assert set(access_of(answer)) == {"site_county", "site_county-media", "roster"}
    assert answer["device"] is None


def test_remembered_basic_credentials_end_with_the_password(staffed: Hub, client: FlaskClient) -> None:
    assert client.get("/api/session", auth=("nurse", PASSWORD)).status_code == 200
    nurse = staffed.accounts.store.credential_by_username("nurse")
    assert nurse is not None
    staffed.accounts.change_password(nurse.staff.id, "another one")
    assert client.get("/api/session", auth=("nurse", PASSWORD)).status_code == 401
    assert client.get("/api/session", auth=("nurse", "another one")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"{", 400, "bad_request"),
        (b'{"username": "nurse"}', 422, "validation_failed"),
        (b'{"username": 5, "password": "x"}', 422, "validation_failed"),
        (b'{"username": "nurse", "password": "x", "device_key": {"kty": "RSA"}}', 400, "bad_request"),
    ],
)
def test_a_malformed_sign_in_is_refused_in_the_one_shape(
    staffed: Hub, client: FlaskClient, body: bytes, status: int, error: str
) -> None:
    answer = client.post("/api/session", data=body, content_type="application/json")
    code, word, reason = refusal(answer)
    assert (code, word) == (status, error)
    assert reason


def test_who_am_i_answers_for_the_token(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    granted = sign_in("nurse")
    me = client.get("/api/session", headers=bearer(granted)).get_json()
    assert me["staff"] == granted["staff"]
    assert me["device"]["id"] == granted["device"]["id"]
    assert me["databases"] == granted["databases"]


def test_a_signed_out_token_opens_nothing(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    granted = sign_in("nurse")
    assert client.delete("/api/session", headers=bearer(granted)).get_json() == {"ok": True}
    assert refusal(client.get("/api/session", headers=bearer(granted))) == (
        401,
        "unauthorized",
        "signed out: sign in again",
    )


def test_an_expired_token_opens_the_quarantine_and_nothing_else(
    staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock
) -> None:
    granted = sign_in("paramedic")
    later.later = timedelta(hours=13)
    assert refusal(client.get("/api/session", headers=bearer(granted))) == (
        401,
        "unauthorized",
        "token_expired: sign in again",
    )
    session = staffed.accounts.session_of_token(granted["token"], allow_expired=True)
    device = granted["device"]["id"]
    assert session.expired
    assert set(session.databases) == {f"quarantine_{device}", f"quarantine_{device}-media"}


def test_a_token_of_another_hub_opens_not_even_the_quarantine(
    staffed: Hub, sign_in: SignIn, make_app: Callable[..., Flask], settings: Any
) -> None:
    token = sign_in("paramedic")["token"]
    other: Hub = make_app(instance=settings.instance.parent / "other").extensions["greenlane"]
    with pytest.raises(Exception, match="not from this hub"):
        other.accounts.session_of_token(token, allow_expired=True)


def test_switching_somebody_off_leaves_their_work_a_way_out(staffed: Hub, sign_in: SignIn) -> None:
    granted = sign_in("paramedic")
    staffed.accounts.store.change_staff(granted["staff"]["id"], active=False)
    with pytest.raises(Exception, match="token_expired"):
        staffed.accounts.session_of_token(granted["token"])
    assert staffed.accounts.session_of_token(granted["token"], allow_expired=True).expired


def test_a_device_renews_with_its_key_after_the_token_expired(
    staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock
) -> None:
    key = PhoneKey()
    granted = sign_in("paramedic", device_key=key.jwk)
    later.later = timedelta(days=2)
    answer = renew(client, granted, key, later)
    assert answer.status_code == 200
    renewed = answer.get_json()
    assert renewed["device"] == granted["device"]
    assert client.get("/api/session", headers=bearer(renewed)).status_code == 200


def renew(client: FlaskClient, granted: dict[str, Any], key: PhoneKey, at: Clock) -> TestResponse:
    signed_at = clock.to_iso(at.now())
    signature = key.sign(f"{granted['device']['id']}\n{signed_at}")
    body = {"token": granted["token"], "signed_at": signed_at, "signature": signature}
    return client.post("/api/session/renew", json=body)


def test_another_key_cannot_renew(staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock) -> None:
    granted = sign_in("paramedic", device_key=PhoneKey().jwk)
    answer = renew(client, granted, PhoneKey(), later)
    assert answer.status_code == 401 and "signature" in answer.get_json()["reason"]


def test_a_signature_renews_once(staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock) -> None:
    key = PhoneKey()
    granted = sign_in("paramedic", device_key=key.jwk)
    signed_at = clock.to_iso(later.now())
    body = {
        "token": granted["token"],
        "signed_at": signed_at,
        "signature": key.sign(f"{granted['device']['id']}\n{signed_at}"),
    }
    codes = [client.post("/api/session/renew", json=body).status_code for _ in range(2)]
    assert codes == [200, 401]


def test_a_phone_whose_clock_is_an_hour_wrong_still_renews(
    staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock
) -> None:
    key = PhoneKey()
    granted = sign_in("paramedic", device_key=key.jwk)
    wrong = MovedClock()
    wrong.later = timedelta(hours=-1)
    assert renew(client, granted, key, wrong).status_code == 200


def test_renewal_ends_a_week_after_the_last_password(
    staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock
) -> None:
    key = PhoneKey()
    granted = sign_in("paramedic", device_key=key.jwk)
    later.later = timedelta(days=8)
    answer = renew(client, granted, key, later)
    assert answer.status_code == 401 and "7 days ago: sign in again" in answer.get_json()["reason"]


def test_a_revoked_device_neither_renews_nor_delivers(
    staffed: Hub, client: FlaskClient, sign_in: SignIn, later: MovedClock
) -> None:
    key = PhoneKey()
    granted = sign_in("paramedic", device_key=key.jwk)
    admin = bearer(sign_in("admin"))
    device = granted["device"]["id"]
    assert client.patch(f"/api/devices/{device}", json={"revoked": True}, headers=admin).status_code == 200
    assert renew(client, granted, key, later).status_code == 401
    with pytest.raises(Exception, match="revoked"):
        staffed.accounts.session_of_token(granted["token"], allow_expired=True)


def test_a_device_keeps_its_id_and_a_guessed_id_gets_another(staffed: Hub, sign_in: SignIn) -> None:
    key = PhoneKey()
    first = sign_in("paramedic", device_id="D-01JDPHONE", device_key=key.jwk)["device"]["id"]
    again = sign_in("nurse", device_id=first, device_key=key.jwk)["device"]["id"]
    thief = sign_in("nurse", device_id=first, device_key=PhoneKey().jwk)["device"]["id"]
    assert first == again == "d-01jdphone"
    assert thief != first
