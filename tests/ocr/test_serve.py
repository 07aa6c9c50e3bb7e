"""The reader's end of the socket."""

from __future__ import annotations

import json
import os
import socket
import threading

import pytest

from ocr import serve


def test_the_reader_waits_for_pictures_on_a_socket_that_a_gevent_hub_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a socket does not block; the reader must not take "nothing yet" for the end."""
    monkeypatch.setattr(serve, "prepare", lambda: (lambda picture: {"bytes": len(picture)}, {"engine": "none"}))
    monkeypatch.setattr(os, "nice", lambda by: 0)
    hub, reader = socket.socketpair()
    reader.setblocking(False)
    serving = threading.Thread(target=serve.serve, args=(reader,))
    serving.start()
    with hub:
        assert json.loads(serve.receive(hub) or b"{}")["ready"] is True
        for picture in (b"first", b"second one"):
            serve.send(hub, picture)
            assert json.loads(serve.receive(hub) or b"{}") == {"bytes": len(picture)}
    serving.join(timeout=10)
    assert not serving.is_alive()
    reader.close()
