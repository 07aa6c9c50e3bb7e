"""python -m ocr read IMAGE [--engine rapid|tesseract]: prints the card as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ocr.engines import ENGINES, open_engine
from ocr.read import read_card
from ocr.readings import CardUnreadable, EngineMissing

CHINA = timezone(timedelta(hours=8))


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 for a card or a picture without one, 1 for a file or an engine that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ocr", description="Read the photograph of an identity card.")
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("read", help="print a card as JSON")
    read.add_argument("image", type=Path)
    read.add_argument("--engine", choices=ENGINES, default="", help="default: GREENLANE_OCR, or rapid")
    options = parser.parse_args(arguments)
    try:
        data = options.image.read_bytes()
        card = read_card(data, open_engine(options.engine), datetime.now(CHINA).date())
    except OSError as error:
        return fail(f"{options.image} cannot be opened ({error.strerror}); name the photo of a card")
    except (CardUnreadable, EngineMissing) as error:
        return fail(str(error))
    print(json.dumps(card, ensure_ascii=False, indent=1))
    return 0


def fail(reason: str) -> int:
    print(json.dumps({"error": "card_unreadable", "reason": reason}, ensure_ascii=False))
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
