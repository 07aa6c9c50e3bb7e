"""A TCP relay between a browser and the hub: the network that a journey cuts, stalls or slows.

Offline means that the relay closes every connection and refuses new ones. A browser's own offline switch leaves open
WebSockets alone, so it proves nothing about an ambulance in a tunnel. The relay also notes the HTTP requests that
pass, in order, so that a journey can say what went first.

`break_at` spoils one connection at a given byte: it is cut there, or stalls for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

REQUEST_LINE = re.compile(rb"(?:^|\r\n|\n|\}|\x00)(GET|POST|PUT|PATCH|DELETE|HEAD) (/[^ \r\n]*) HTTP/1\.1\r\n")
CHUNK_BYTES = 16 * 1024


@dataclass(frozen=True)
class Passed:
    """One request line that went through towards the hub."""

    at: float
    method: str
    path: str


@dataclass(frozen=True)
class Break:
    """What happens to the connection that carries the byte after `after_bytes`."""

    after_bytes: int
    stall_seconds: float = 0.0
    is_cut: bool = True


class _Line:
    """One direction of the whole link: every connection shares its bandwidth, as on a real radio."""

    def __init__(self) -> None:
        self.bytes_per_second: float | None = None
        self.latency_seconds = 0.0
        self.coming: Break | None = None
        self._free_at = 0.0

    def passes(self, size: int) -> tuple[int, Break | None]:
        """How many bytes of a piece pass as ever, and the break that is due behind them."""
        due = self.coming
        if due is None:
            return size, None
        if size <= due.after_bytes:
            self.coming = Break(due.after_bytes - size, due.stall_seconds, due.is_cut)
            return size, None
        self.coming = None
        return due.after_bytes, due

    def due_at(self, size: int) -> float:
        """Reserve the link for `size` bytes and return when their last byte arrives."""
        now = time.monotonic()
        if self.bytes_per_second is None:
            return now + self.latency_seconds
        self._free_at = max(self._free_at, now) + size / self.bytes_per_second
        return self._free_at + self.latency_seconds


class Relay:
    """Listens on a free loopback port for as long as it lives; the port never changes."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = _free_port()
        self.requests: list[Passed] = []
        self.cuts_made = self.stalls_made = 0
        self._up, self._down = _Line(), _Line()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"relay-{self.port}", daemon=True)
        self._thread.start()
        self._flowing: asyncio.Event = self._run(self._make_event())
        self.restore()

    @property
    def url(self) -> str:
        # "localhost" and not the number: service workers need a secure context, which the name is.
        return f"http://localhost:{self.port}"

    def cut(self) -> None:
        """Close every connection at once and refuse new ones."""
        self._run(self._cut())

    def restore(self) -> float:
        """Let connections through again; returns the monotonic instant from which they are accepted."""
        self._run(self._restore())
        return time.monotonic()

    def stall(self) -> None:
        """Keep connections open but let nothing pass: the cell that is full, the captive portal."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def flow(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def throttle(self, bytes_per_second: float | None, latency_seconds: float = 0.0) -> None:
        """Share `bytes_per_second` each way among all connections, and add `latency_seconds` one way."""
        for line in (self._up, self._down):
            line.bytes_per_second = bytes_per_second
            line.latency_seconds = latency_seconds

    def break_at(self, *, up: Break | None = None, down: Break | None = None) -> None:
        """Let the link break at a byte of what is sent from now on; takes the place of a break that did not come."""
        self._loop.call_soon_threadsafe(self._expect_breaks, up, down)

    def _expect_breaks(self, up: Break | None, down: Break | None) -> None:
        self._up.coming, self._down.coming = up, down

    def passed(self, pattern: str, method: str | None = None) -> list[Passed]:
        """The requests so far whose path matches the regular expression, oldest first."""
        return [r for r in list(self.requests) if re.search(pattern, r.path) and method in (None, r.method)]

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _make_event(self) -> asyncio.Event:
        event = asyncio.Event()
        event.set()
        return event

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _restore(self) -> None:
        self._flowing.set()
        if self._server is None:
            # Chromium tries ::1 first for "localhost"; that is refused at once and 127.0.0.1 follows.
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()  # the hub is down: the browser sees a reset, as it would
            return
        pair = {writer, far_writer}
        if self._server is None:  # cut while connecting
            for each in pair:
                each.transport.abort()
            return
        self._writers |= pair
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, self._up, note=True),
                self._pump(far_reader, writer, self._down, note=False),
            )
        finally:
            for each in pair:
                each.transport.abort()
            self._writers -= pair

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: _Line, *, note: bool
    ) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)
        sending = asyncio.create_task(self._send(queue, writer))
        line_is_cut = False
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                if note:
                    self._note(chunk)
                passing, broken = line.passes(len(chunk))
                if passing:
                    await queue.put((line.due_at(passing), chunk[:passing]))
                if broken is None:
                    continue
                await self._suffer(broken)
                if passing < len(chunk):
                    await queue.put((line.due_at(len(chunk) - passing), chunk[passing:]))
        except ConnectionAbortedError:
            line_is_cut = True
        except OSError:
            pass  # a reset by either end is what this relay is for
        finally:
            await queue.put((0.0, b""))
            await sending
            if line_is_cut:
                writer.transport.abort()  # the other direction sees the reset and ends too

    async def _suffer(self, broken: Break) -> None:
        """Carry out a break. Raises ConnectionAbortedError when the line is cut."""
        self.stalls_made += broken.stall_seconds > 0
        await asyncio.sleep(broken.stall_seconds)
        if broken.is_cut:
            self.cuts_made += 1
            raise ConnectionAbortedError

    async def _send(self, queue: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        broken = False
        while True:
            due_at, chunk = await queue.get()
            if not chunk:
                break
            if broken:
                continue  # keep emptying, so that the reading side never blocks on a full queue
            await asyncio.sleep(max(0.0, due_at - time.monotonic()))
            await self._flowing.wait()
            try:
                writer.write(chunk)
                await writer.drain()
            except OSError:
                broken = True
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    def _note(self, chunk: bytes) -> None:
        for method, path in REQUEST_LINE.findall(chunk):
            self.requests.append(Passed(time.monotonic(), method.decode(), path.decode("latin-1")))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    return _free_port()
