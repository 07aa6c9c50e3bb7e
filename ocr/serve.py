"""The reader as a process of its own: pictures in, JSON out, over one socket.

A message is four bytes of length (big endian) and the body. The first answer says whether the engine could be loaded
({"ready": true, "engine": ...} or {"error": ...}); then one answer follows each picture. The process ends when the
other end closes, so that no reader outlives its hub.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ocr.cards import load_card_types
from ocr.engines import Engine, open_engine
from ocr.engines.second import open_second_opinion
from ocr.read import read_card
from ocr.readings import CardUnreadable, EngineMissing

LENGTH = struct.Struct(">I")
CHINA = timezone(timedelta(hours=8))
log = logging.getLogger("greenlane.ocr")


def receive(channel: socket.socket) -> bytes | None:
    """One message; None when the other end has closed."""
    head = receive_exactly(channel, LENGTH.size)
    return None if head is None else receive_exactly(channel, LENGTH.unpack(head)[0])


def receive_exactly(channel: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(1 << 20, size - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)


def send(channel: socket.socket, body: bytes) -> None:
    channel.sendall(LENGTH.pack(len(body)) + body)


def serve(channel: socket.socket) -> None:
    """Load, warm, then read pictures until the channel closes."""
    # Under gevent the hub makes sockets that do not block, and this end inherits that.
    channel.setblocking(True)
    # The hub's own work comes first on a machine of two cores.
    os.nice(5)
    try:
        read, names = prepare()
    except EngineMissing as error:
        send(channel, json.dumps({"error": str(error)}).encode())
        return
    send(channel, json.dumps({"ready": True, **names}).encode())
    while (picture := receive(channel)) is not None:
        send(channel, json.dumps(read(picture), ensure_ascii=False).encode())


def prepare() -> tuple[Callable[[bytes], dict[str, Any]], dict[str, Any]]:
    """The function that reads, its engine warmed; and the names of what it uses."""
    card_types, withheld = load_card_types()
    if not card_types:
        raise EngineMissing(f"no card type can be used ({withheld}); install this version again")
    engine = open_engine()
    other = open_second_opinion(engine)
    warm(engine)

    def read(picture: bytes) -> dict[str, Any]:
        try:
            return read_card(picture, engine, datetime.now(CHINA).date(), other)
        except CardUnreadable as error:
            return {"error": str(error)}
        except Exception:
            # Without the picture: it is a patient's.
            log.exception("reading failed")
            return {"fault": "the reader made an error on this picture; photograph the card again, or type it"}

    return read, {"engine": engine.name, "second_opinion": other.name if other else None, "withheld": withheld}


def warm(engine: Engine) -> None:
    """Run both models once, at the sizes of real work, so that the first patient does not wait for it."""
    image = Image.new("RGB", (960, 736), "white")
    ImageDraw.Draw(image).text((100, 300), "11010019900101123X", fill="black", font_size=48)
    picture = np.ascontiguousarray(np.asarray(image, np.uint8)[:, :, ::-1])
    engine.find_boxes(picture, 960)
    engine.read_strips([np.ascontiguousarray(picture[290:350, 80:620])])
