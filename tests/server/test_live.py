"""The /live namespace: who may connect, and who hears what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_socketio.test_client import SocketIOTestClient

from server.hub import Hub
from server.live import NAMESPACE

Connect = Callable[[Any], SocketIOTestClient]


@pytest.fixture
def connect(app: Flask, staffed: Hub) -> Connect:
    def open_socket(auth: Any) -> SocketIOTestClient:
        client: SocketIOTestClient = staffed.live.socketio.test_client(app, namespace=NAMESPACE, auth=auth)
        return client

    return open_socket


def heard(client: SocketIOTestClient) -> list[tuple[str, Any]]:
    return [(event["name"], event["args"][0]) for event in client.get_received(NAMESPACE)]


def token_of(sign_in: Callable[..., dict[str, Any]], username: str) -> dict[str, str]:
    return {"token": sign_in(username)["token"]}


@pytest.mark.parametrize("auth", [None, {}, {"token": "x"}, {"token": 5}, "token"])
def test_without_a_good_token_nobody_connects(connect: Connect, staffed: Hub, auth: Any) -> None:
    assert not connect(auth).is_connected(NAMESPACE)
    assert staffed.live.connected == 0


def test_a_commit_nudges_those_entitled_to_the_mailbox_and_no_others(
    connect: Connect, staffed: Hub, sign_in: Callable[..., dict[str, Any]]
) -> None:
    paramedic = connect(token_of(sign_in, "paramedic"))
    nurse = connect(token_of(sign_in, "nurse"))
    commander = connect(token_of(sign_in, "commander"))
    admin = connect(token_of(sign_in, "admin"))
    staffed.live.nudge(frozenset({"unit_a101"}))
    assert heard(paramedic) == [("nudge", {"database": "unit_a101"})]
    assert heard(nurse) == [] and heard(commander) == []
    assert heard(admin) == [("nudge", {"database": "unit_a101"})]
    staffed.live.nudge(frozenset({"incident_bridge"}))
    assert heard(commander) == [("nudge", {"database": "incident_bridge"})]
    assert heard(paramedic) == []


def test_a_change_of_the_roster_nudges_everybody_once(
    connect: Connect, staffed: Hub, sign_in: Callable[..., dict[str, Any]]
) -> None:
    nurse = connect(token_of(sign_in, "nurse"))
    staffed.accounts.store.put_unit("a102", "救护车 102")
    assert heard(nurse) == [("nudge", {"database": "roster"})]


def test_a_board_event_reaches_the_members_of_its_site(
    connect: Connect, staffed: Hub, sign_in: Callable[..., dict[str, Any]]
) -> None:
    nurse, paramedic = connect(token_of(sign_in, "nurse")), connect(token_of(sign_in, "paramedic"))
    staffed.live.board("county")
    assert heard(nurse) == [("board", {"site": "county"})]
    assert heard(paramedic) == []


def test_leaving_is_counted(connect: Connect, staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> None:
    nurse = connect(token_of(sign_in, "nurse"))
    assert staffed.live.connected == 1
    nurse.disconnect(NAMESPACE)
    assert staffed.live.connected == 0
