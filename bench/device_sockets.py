"""Thousands of devices' Socket.IO connections, kept by one process beside the hub: connected_devices.py orders them."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import time
import zlib
from collections import Counter
from contextlib import suppress
from typing import Any

AT_ONCE = 200  # connections that are being opened at a time, as a listener's backlog would let them


class Sockets:
    """All devices' Socket.IO connections, in plain frames: 4,000 client objects would be the load themselves."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.nudges: Counter[str] = Counter()
        self.lost = 0

    async def connect_all(self, tokens: list[str]) -> dict[str, Any]:
        gate, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
        refused = 0

        async def one(token: str) -> None:
            nonlocal refused
            while True:
                async with gate:
                    try:
                        await asyncio.wait_for(self._connect(token), 120)
                        return
                    except (OSError, ConnectionError, asyncio.IncompleteReadError, TimeoutError):
                        refused += 1
                await asyncio.sleep(random.uniform(0.2, 2))

        await asyncio.gather(*(one(token) for token in tokens))
        return {"seconds": round(time.perf_counter() - began, 2), "attempts that failed": refused}

    async def _connect(self, token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                "Sec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                raise ConnectionError(head[:60])
            # As browsers do, the devices offer to pack each message; a hub that agrees pays with memory for each.
            unpack = zlib.decompressobj(wbits=-15) if b"permessage-deflate" in head else None
            await read_frame(reader, unpack)  # Engine.IO's open packet
            writer.write(frame("40/live," + json.dumps({"token": token})))
            if not (await read_frame(reader, unpack)).startswith(b"40/live,"):
                raise ConnectionError("the hub did not take the session")
        except BaseException:
            writer.transport.abort()
            raise
        self._writers.append(writer)
        task = asyncio.create_task(self._listen(reader, writer, unpack))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, unpack: Any) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                packet = await read_frame(reader, unpack)
                if packet == b"2":
                    writer.write(frame("3"))
                elif packet.startswith(b'42/live,["nudge"'):
                    self.nudges[json.loads(packet[8:])[1]["database"]] += 1
        self.lost += 1

    def tear_off(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


async def read_frame(reader: asyncio.StreamReader, unpack: Any) -> bytes:
    """The payload of the next text frame; pings of WebSocket itself do not come from this hub."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    elif size == 127:
        size = int.from_bytes(await reader.readexactly(8), "big")
    if head[0] & 0x0F == 8:
        raise ConnectionResetError("closed")
    payload = await reader.readexactly(size)
    return unpack.decompress(payload + b"\0\0\xff\xff") if head[0] & 0x40 else payload


def frame(text: str) -> bytes:
    data, mask = text.encode(), os.urandom(4)
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + len(data).to_bytes(2, "big")
    return b"\x81" + size + mask + bytes(byte ^ mask[n & 3] for n, byte in enumerate(data))


def run_sockets(port: int, tokens: list[str], orders: Any) -> None:
    """The other process: does what comes through the pipe, and answers."""

    async def work() -> None:
        sockets = Sockets(port)
        while True:
            order = await asyncio.get_running_loop().run_in_executor(None, orders.recv)
            if order == "connect":
                orders.send(await sockets.connect_all(tokens))
            elif order == "tear off":
                sockets.tear_off()
                orders.send({})
            elif order == "tell":
                orders.send({"nudges": dict(sockets.nudges), "lost": sockets.lost})
            else:
                return

    asyncio.run(work())
