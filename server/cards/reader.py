"""The hub's card reader: `python -m ocr serve` in a process of its own, started, warmed, watched and replaced here.

The models' memory (450 to 750 MB) stays in that process, and a picture that crashes or hangs it harms one request. The
socket to it is an ordinary one, so under gevent a waiting request holds up nobody.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import structlog

log = structlog.get_logger("greenlane.cards")

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
LENGTH = struct.Struct(">I")
# Loading takes seconds on an idle machine, and a minute on a small one that is busy.
START_SECONDS = 120.0
# A hard photo takes 6 s of processor time; a reader silent for this long hangs. Tesseract takes as long for an ordinary
# photo on a server's core, and many times that on the small computers that it is for.
READ_SECONDS = 45.0
PATIENT_READ_SECONDS = {"tesseract": 240.0}
# Those who wait behind a reading; at 2 s each, nobody waits longer than a crew would.
MOST_WAITING = 8


class ReaderBusy(Exception):
    """Too many pictures wait already; the text says what to do."""


class ReaderUnavailable(Exception):
    """The reader cannot run, or gave no answer; the text says what to do."""


class CardReader:
    """One reading process and those who wait for it."""

    def __init__(
        self,
        engine: str = "",
        *,
        command: Sequence[str] = (sys.executable, "-m", "ocr", "serve"),
        start_seconds: float = START_SECONDS,
        read_seconds: float | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._engine = engine
        self._command = tuple(command)
        self._start_seconds, self._most_waiting = start_seconds, most_waiting
        self.read_seconds = read_seconds or PATIENT_READ_SECONDS.get(engine.strip().lower(), READ_SECONDS)
        self._turn = threading.Lock()
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        # Why the reader cannot run on this machine; empty while it can, or is not known not to.
        self.problem = ""

    def read(self, picture: bytes) -> dict[str, Any]:
        """Have a picture read. Raises ReaderBusy or ReaderUnavailable; `{"error": ...}` is the reader's own refusal."""
        if self._waiting >= self._most_waiting:
            raise ReaderBusy("the hub is reading other cards; try again in a few seconds, or type the card")
        self._waiting += 1
        try:
            with self._turn:
                return self._read(picture)
        finally:
            self._waiting -= 1

    def keep_ready(self) -> None:
        """Start the process, or replace one that has died, so that the next picture finds it warm."""
        if self._turn.acquire(blocking=False):
            try:
                self._ensure_started()
            except ReaderUnavailable as error:
                log.warning("reader_unavailable", reason=str(error))
            finally:
                self._turn.release()

    def close(self) -> None:
        """End the process."""
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if channel is not None:
            channel.close()
        if process is not None:
            # It holds nothing that could be lost.
            process.kill()
            process.wait()

    @property
    def is_busy(self) -> bool:
        """Whether somebody's picture is being read, or waits."""
        return self._waiting > 0

    @property
    def process_id(self) -> int | None:
        """The process that reads now; None before the first start."""
        return self._process.pid if self._process else None

    def _read(self, picture: bytes) -> dict[str, Any]:
        channel = self._ensure_started()
        try:
            channel.settimeout(self.read_seconds)
            channel.sendall(LENGTH.pack(len(picture)) + picture)
            return receive(channel)
        except (OSError, EOFError) as error:
            # TimeoutError is an OSError: the reader hangs, or has died on this picture.
            log.error("reader_lost", why=type(error).__name__, bytes=len(picture))
            self.close()
            raise ReaderUnavailable("the card could not be read; photograph it again, or type it") from error

    def _ensure_started(self) -> socket.socket:
        if self._channel is not None and self._process is not None and self._process.poll() is None:
            return self._channel
        self.close()
        ours, theirs = socket.socketpair()
        environment = {**os.environ, **({"GREENLANE_OCR": self._engine} if self._engine else {})}
        with theirs:
            self._process = subprocess.Popen(
                [*self._command, "--fd", str(theirs.fileno())],
                cwd=PROJECT_FOLDER,
                env=environment,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
            )
        self._channel = ours
        try:
            ours.settimeout(self._start_seconds)
            greeting = receive(ours)
        except (OSError, EOFError) as error:
            self.close()
            raise ReaderUnavailable("the card reader does not start; type the card, and see the hub's log") from error
        if "error" in greeting:
            self.close()
            self.problem = str(greeting["error"])
            raise ReaderUnavailable(self.problem)
        self.problem = ""
        log.info("reader_ready", **{key: greeting[key] for key in ("engine", "second_opinion", "withheld")})
        return ours


def receive(channel: socket.socket) -> dict[str, Any]:
    """One answer of the reader; raises EOFError when it has ended."""
    size = LENGTH.unpack(receive_exactly(channel, LENGTH.size))[0]
    answer: dict[str, Any] = orjson.loads(receive_exactly(channel, size))
    return answer


def receive_exactly(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(1 << 20, size - len(parts)))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
