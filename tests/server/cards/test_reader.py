"""The reading process: started, asked, replaced when it hangs or dies, and bounded."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.cards.reader import CardReader, ReaderBusy, ReaderUnavailable

# A reader that does as the picture says: the hub's side of the conversation is what is tried here.
OBEDIENT = """
import json, os, socket, struct, sys, time
channel = socket.socket(fileno=int(sys.argv[-1]))
def send(answer):
    body = json.dumps(answer).encode()
    channel.sendall(struct.pack(">I", len(body)) + body)
send({"ready": True, "engine": "obedient", "second_opinion": None, "withheld": {}})
while head := channel.recv(4):
    order = channel.recv(struct.unpack(">I", head)[0]).decode()
    if order == "hang":
        time.sleep(3600)
    if order == "die":
        os._exit(1)
    while order == "wait" and not os.path.exists(sys.argv[1]):
        time.sleep(0.01)
    send({"said": order, "process": os.getpid()})
"""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "open"


@pytest.fixture
def make_reader(gate: Path) -> Iterator[Callable[..., CardReader]]:
    made: list[CardReader] = []

    def make(**options: float) -> CardReader:
        command = (sys.executable, "-c", OBEDIENT, str(gate))
        made.append(CardReader(command=command, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for reader in made:
        reader.close()


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_process_reads_one_picture_after_another(make_reader: Callable[..., CardReader]) -> None:
    reader = make_reader()
    answers = [reader.read(b"one"), reader.read(b"two")]
    assert [answer["said"] for answer in answers] == ["one", "two"]
    assert answers[0]["process"] == answers[1]["process"] != os.getpid()


def test_a_reader_that_hangs_is_killed_and_replaced(make_reader: Callable[..., CardReader]) -> None:
    reader = make_reader(read_seconds=0.5)
    first = reader.read(b"one")["process"]
    with pytest.raises(ReaderUnavailable, match="photograph it again, or type it"):
        reader.read(b"hang")
    assert not is_alive(first)
    assert reader.read(b"two")["process"] != first


@pytest.mark.parametrize(
    ("engine", "ordinary"), [("", True), ("rapid", True), ("tesseract", False), (" Tesseract", False)]
)
def test_the_slow_engine_is_given_the_time_that_it_takes(engine: str, ordinary: bool) -> None:
    # Ordinary photos took it 31 and 51 s of processor time on a server's core; it was killed after 45 s, every time.
    assert (CardReader(engine).read_seconds == CardReader().read_seconds) is ordinary
    assert CardReader(engine).read_seconds > (31 if ordinary else 51 * 4)


def test_a_reader_that_dies_is_replaced(make_reader: Callable[..., CardReader]) -> None:
    reader = make_reader()
    with pytest.raises(ReaderUnavailable):
        reader.read(b"die")
    assert reader.read(b"again")["said"] == "again"


def test_a_dead_reader_is_replaced_before_it_is_needed(make_reader: Callable[..., CardReader]) -> None:
    reader = make_reader()
    reader.keep_ready()
    first = reader.process_id
    reader.close()
    reader.keep_ready()
    assert reader.process_id not in (None, first)


def test_those_who_would_wait_too_long_are_told_at_once(make_reader: Callable[..., CardReader], gate: Path) -> None:
    reader = make_reader(most_waiting=1)
    reader.keep_ready()
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(reader.read(b"wait")))
    waiting.start()
    try:
        while not reader.is_busy:
            pass
        with pytest.raises(ReaderBusy, match="try again in a few seconds"):
            reader.read(b"second")
    finally:
        gate.touch()
        waiting.join()
    assert len(answers) == 1


def test_closing_ends_the_process(make_reader: Callable[..., CardReader]) -> None:
    reader = make_reader()
    process = reader.read(b"one")["process"]
    reader.close()
    assert not is_alive(process)


def test_an_engine_that_cannot_run_is_said_with_the_remedy() -> None:
    reader = CardReader("clairvoyance")
    with pytest.raises(ReaderUnavailable, match="choose rapid or tesseract"):
        reader.read(b"picture")
    assert "clairvoyance" in reader.problem
    assert reader.process_id is None
