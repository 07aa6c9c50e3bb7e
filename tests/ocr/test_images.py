"""Pictures of any kind: each is opened upright and bounded, or refused with one sentence."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ocr.images import LONGEST_SIDE, open_picture
from ocr.readings import CardUnreadable


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    data = BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(CardUnreadable) as problem:
        open_picture(data)
    return str(problem.value)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 not a picture", b"\xff\xd8\xff", b"<svg/>"])
def test_what_is_no_picture_is_refused_with_one_sentence(data: bytes) -> None:
    sentence = refusal(data)
    assert "photo" in sentence
    assert "\n" not in sentence


def test_a_cut_off_file_is_refused() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    data = encoded(Image.fromarray(noise))
    assert "damaged" in refusal(data[: len(data) // 2])


def test_the_cameras_orientation_is_followed() -> None:
    image = Image.new("RGB", (200, 100), "black")
    image.paste("white", (0, 0, 20, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn right to view
    picture = open_picture(encoded(image, exif=exif))
    assert picture.shape == (200, 100, 3)
    assert picture[5, 50].mean() > 200


def test_a_photo_of_fifty_megapixels_is_read_smaller() -> None:
    picture = open_picture(encoded(Image.new("RGB", (8192, 6144), "grey"), quality=40))
    assert max(picture.shape) == LONGEST_SIDE


def test_a_huge_picture_of_another_kind_is_refused_before_it_is_decoded() -> None:
    assert "50 million" in refusal(encoded(Image.new("1", (9000, 9000)), "PNG"))


@pytest.mark.parametrize(
    ("mode", "form"), [("L", "PNG"), ("P", "GIF"), ("RGBA", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG")]
)
def test_every_kind_of_colour_becomes_three_channels(mode: str, form: str) -> None:
    assert open_picture(encoded(Image.new(mode, (64, 48)), form)).shape == (48, 64, 3)
