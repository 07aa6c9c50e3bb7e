"""python -m ocr read IMAGE [--engine rapid|tesseract]: prints the card as JSON. `serve` is for the hub."""

from __future__ import annotations

import argparse
import json
import socket
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ocr.cards import load_card_types
from ocr.engines import ENGINES, open_engine
from ocr.engines.second import open_second_opinion
from ocr.read import read_card
from ocr.readings import CardUnreadable, EngineMissing
from ocr.serve import serve

CHINA = timezone(timedelta(hours=8))


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 for a card or a picture without one, 1 for a file or an engine that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ocr", description="Read the photograph of an identity card.")
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("read", help="print a card as JSON")
    read.add_argument("image", type=Path)
    read.add_argument("--engine", choices=ENGINES, default="", help="default: GREENLANE_OCR, or rapid")
    work = commands.add_parser("serve", help="read pictures from a socket (for the hub)")
    work.add_argument("--fd", type=int, required=True, help="the inherited socket's number")
    options = parser.parse_args(arguments)
    if options.command == "serve":
        with socket.socket(fileno=options.fd) as channel:
            serve(channel)
        return 0
    return print_card(options.image, options.engine)


def print_card(image: Path, engine_name: str) -> int:
    """Read one photo with all that this machine has."""
    try:
        data = image.read_bytes()
        engine = open_engine(engine_name)
        card = read_card(data, engine, datetime.now(CHINA).date(), open_second_opinion(engine))
    except OSError as error:
        return fail(f"{image} cannot be opened ({error.strerror}); name the photo of a card")
    except (CardUnreadable, EngineMissing) as error:
        return fail(str(error))
    for module, reason in load_card_types()[1].items():
        print(f"card type {module} is left out: {reason}", file=sys.stderr)
    print(json.dumps(card, ensure_ascii=False, indent=1))
    return 0


def fail(reason: str) -> int:
    print(json.dumps({"error": "card_unreadable", "reason": reason}, ensure_ascii=False))
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
