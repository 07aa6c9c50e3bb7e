"""Opens a photograph safely: any size, any orientation, damaged or not a picture at all."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.readings import CardUnreadable, Picture

# A JPEG above this many pixels is decoded at a half or a quarter; other formats can only be decoded whole.
PIXEL_LIMIT = 50_000_000
# Beyond this a header is taken for an attack, not for a photograph.
PIXEL_REFUSAL = 400_000_000
# What reading works on: a card that fills a quarter of it is still 800 px wide.
LONGEST_SIDE = 3200
# MPO, the two-picture JPEG of some phones, opens as JPEG.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")


def open_picture(data: bytes) -> Picture:
    """Decode to BGR, upright as the camera meant it, at most LONGEST_SIDE long; raises CardUnreadable."""
    if not data:
        raise CardUnreadable("the file is empty; photograph the card again")
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 MP on; the limits here are our own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                return decode(image)
    except UnidentifiedImageError as error:
        raise CardUnreadable("this file is not a picture (JPEG, PNG or WebP); choose the photo of the card") from error
    except Image.DecompressionBombError as error:
        raise CardUnreadable("the picture is far too large; photograph the card at a lower resolution") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise CardUnreadable("the picture is damaged or cut short; photograph the card again") from error


def decode(image: Image.Image) -> Picture:
    pixels = image.width * image.height
    if pixels > PIXEL_REFUSAL or (pixels > PIXEL_LIMIT and image.format not in ("JPEG", "MPO")):
        raise CardUnreadable("the picture has more than 50 million pixels; photograph the card at a lower resolution")
    shrink = max(1.0, max(image.size) / LONGEST_SIDE)
    # libjpeg decodes at 1/2, 1/4 or 1/8 by itself: a 50 MP photo then costs 13 MP of memory.
    image.draft("RGB", (round(image.width / shrink), round(image.height / shrink)))
    upright = ImageOps.exif_transpose(image)
    if "A" in upright.getbands() or "transparency" in upright.info:
        coloured = upright.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        paper.alpha_composite(coloured)
        upright = paper
    picture = upright.convert("RGB")
    if max(picture.size) > LONGEST_SIDE:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if min(picture.size) < 32:
        raise CardUnreadable("the picture is too small to hold a card; photograph the card again")
    return np.ascontiguousarray(np.asarray(picture, dtype=np.uint8)[:, :, ::-1])
