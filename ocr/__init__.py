"""Reading identity cards from photographs. No Flask, no storage: `python -m ocr read IMAGE`, or read_card()."""
