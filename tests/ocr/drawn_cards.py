"""Draws invented identity cards, flat: the person, the fonts, the front and the back.

The persons are invented and their area codes (provincial code + 0199) are assigned to no county. Layout, fonts, colours
and spacing vary from card to card, so that a reader cannot learn one printing by heart.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr.ethnic_groups import GROUPS
from ocr.number_rule import CHECK_CHARACTERS, WEIGHTS

Pixels = npt.NDArray[np.uint8]
# GREENLANE_FONTS adds folders, for fonts that the machine's own programs shall not see.
FONT_FOLDERS = [Path("/usr/share/fonts"), *map(Path, filter(None, os.environ.get("GREENLANE_FONTS", "").split(":")))]
# Whichever of these a machine has; fonts-noto-cjk is what `make test` installs.
TEXT_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "wqy-zenhei.ttc",
    "ukai.ttc",
    "uming.ttc",
    "NotoSerifCJK-Regular.ttc",
)
NUMBER_FONTS = (
    "OCRB.otf",
    "ocrb10.otf",
    "OCR-B.otf",
    "NotoSansMono-Regular.ttf",
    "NotoSansCJK-Bold.ttc",
    "DejaVuSansMono.ttf",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜欧阳司马诸葛"
GIVEN = "子涵雨轩梓睿欣怡浩然宇航思远志强建国秀英桂兰玉梅淑珍海燕丽娟春生德福永贵祥瑞晓峰鹏飞婷婷嘉琪俊杰文博雅静"
PLACES = (
    ("11", "北京市海淀区"),
    ("31", "上海市黄浦区"),
    ("44", "广东省深圳市南山区"),
    ("51", "四川省成都市金牛区"),
    ("37", "山东省济南市历下区"),
    ("33", "浙江省宁波市鄞州区"),
    ("65", "新疆乌鲁木齐市天山区"),
    ("61", "陕西省西安市碑林区"),
    ("13", "河北省保定市莲池区"),
    ("36", "江西省赣州市章贡区"),
    ("52", "贵州省遵义市红花岗区"),
    ("23", "黑龙江省齐齐哈尔市龙沙区"),
)
ROADS = (
    "人民路",
    "解放大道",
    "中山北路",
    "建设三路",
    "滨江西街",
    "学府路",
    "迎宾大道",
    "青年巷",
    "工业园南路",
    "幸福街",
)
ESTATES = ("阳光花园", "书香苑", "万和城", "翠屏小区", "东湖雅居", "御景湾", "金桂园", "丽水佳苑")
SIZE = (1000, 631)


@dataclass
class Card:
    """A drawn card and what is printed on it."""

    side: str
    picture: Pixels
    fields: dict[str, str]


@cache
def font_files(names: tuple[str, ...]) -> tuple[Path, ...]:
    """The fonts of a list that this machine has."""
    found = tuple(path for name in names for path in sorted(p for at in FONT_FOLDERS for p in at.rglob(name))[:1])
    assert found, f"none of the fonts {names} is installed; make test installs fonts-noto-cjk"
    return found


@cache
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # The third face of Noto's collection is simplified Chinese.
    index = 2 if path.name.startswith("Noto") and path.suffix == ".ttc" else 0
    return ImageFont.truetype(str(path), size, index=index)


def invent_person(random: np.random.Generator) -> dict[str, str]:
    """A person nobody is."""
    province, place = PLACES[random.integers(len(PLACES))]
    year, month, day = int(random.integers(1935, 2018)), int(random.integers(1, 13)), int(random.integers(1, 29))
    first = f"{province}0199{year}{month:02}{day:02}{random.integers(1, 999):03}"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    road, estate = ROADS[random.integers(len(ROADS))], ESTATES[random.integers(len(ESTATES))]
    address = f"{place}{road}{random.integers(1, 1999)}号"
    if random.random() < 0.65:
        block, entrance, floor, door = (int(random.integers(1, most)) for most in (60, 7, 33, 5))
        address += f"{estate}{block}栋{entrance}单元{floor}0{door}室"
    surname = "欧阳" if random.random() < 0.05 else SURNAMES[random.integers(len(SURNAMES) - 6)]
    name = surname + "".join(GIVEN[random.integers(len(GIVEN))] for _ in range(int(random.integers(1, 3))))
    if random.random() < 0.06:
        name = "阿依古丽·买买提"
    return {
        "name": name,
        "sex": "男" if int(first[16]) % 2 else "女",
        "ethnicity": "汉" if random.random() < 0.6 else GROUPS[random.integers(len(GROUPS))],
        "birth": f"{year}-{month:02}-{day:02}",
        "address": address,
        "id_number": first + CHECK_CHARACTERS[total % 11],
    }


def blank_card(random: np.random.Generator) -> Image.Image:
    """Pale colours running into each other, with a pattern of fine waves."""
    left, right = random.integers(205, 246, 3), random.integers(205, 246, 3)
    ramp = np.linspace(0, 1, SIZE[0])[None, :, None]
    picture = np.broadcast_to(left * (1 - ramp) + right * ramp, (SIZE[1], SIZE[0], 3)).astype(np.uint8).copy()
    across = np.arange(SIZE[0])
    for _ in range(int(random.integers(8, 30))):
        wave = random.uniform(0, SIZE[1]) + random.uniform(10, 60) * np.sin(
            across / random.uniform(25, 140) + random.uniform(0, 6)
        )
        points = np.ascontiguousarray(np.stack([across, wave], axis=1)[::4].astype(np.int32))
        cv2.polylines(picture, [points], False, [int(v) for v in random.integers(165, 225, 3)], 1, cv2.LINE_AA)
    return Image.fromarray(picture)


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    face: ImageFont.FreeTypeFont,
    ink: tuple[int, ...],
    gap: float = 0,
) -> float:
    """Write with a gap between characters; returns where the text ends."""
    x, y = at
    for character in text:
        draw.text((x, y), character, font=face, fill=ink)
        x += face.getlength(character) + gap
    return x


def write_labels(
    draw: ImageDraw.ImageDraw,
    left: float,
    rows: Sequence[float],
    face: ImageFont.FreeTypeFont,
    ink: tuple[int, ...],
    gap: float,
) -> None:
    """The labels at the left edge of the portrait side, one for each row."""
    for word, y in zip(("姓名", "性别", "出生", "住址"), rows, strict=True):
        write(draw, (left, y + 4), word, face, ink, gap)


def write_number(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    number: str,
    face: ImageFont.FreeTypeFont,
    step: float,
    ink: tuple[int, ...],
) -> None:
    """Digits in places of one width, each in the middle of its own."""
    x, y = at
    for index, digit in enumerate(number):
        draw.text((x + index * step + (step - face.getlength(digit)) / 2, y), digit, font=face, fill=ink)


def draw_front(random: np.random.Generator, person: dict[str, str]) -> Card:
    image = blank_card(random)
    draw = ImageDraw.Draw(image)
    files = font_files(TEXT_FONTS)
    path = files[random.integers(len(files))]
    label, text = font(path, int(random.integers(27, 33))), font(path, int(random.integers(34, 40)))
    name = font(path, int(random.integers(38, 46)))
    blue, ink = (40, 90, int(random.integers(140, 190))), (int(random.integers(10, 50)),) * 3
    dx, dy, gap = random.uniform(-10, 12), random.uniform(-10, 10), random.uniform(2, 9)
    value = 175 + dx + random.uniform(-4, 8)
    rows = [80 + dy, 158 + dy, 232 + dy, 310 + dy]
    write_labels(draw, 62 + dx, rows, label, blue, gap)
    write(draw, (value, rows[0] - 4), person["name"], name, ink, gap)
    write(draw, (value, rows[1]), person["sex"], text, ink)
    write(draw, (290 + dx, rows[1] + 4), "民族", label, blue, gap)
    write(draw, (405 + dx, rows[1]), person["ethnicity"], text, ink, 2)
    year, month, day = person["birth"].split("-")
    x = value
    for number, word in ((year, "年"), (str(int(month)), "月"), (str(int(day)), "日")):
        x = write(draw, (x, rows[2]), number, text, ink) + random.uniform(8, 16)
        x = write(draw, (x, rows[2] + 4), word, label, blue) + random.uniform(8, 16)
    per_line = int(440 // (text.size + 1.5))
    for index in range(0, len(person["address"]), per_line):
        y = rows[3] + index // per_line * (text.size * 1.3)
        write(
            draw, (value, y), person["address"][index : index + per_line], text, ink, 1.5 if random.random() < 2 else 0
        )
    draw_portrait(draw, random)
    write(draw, (62 + dx, 530 + dy), "公民身份号码", label, blue, gap * 0.6)
    number_files = font_files(NUMBER_FONTS)
    digits = font(number_files[random.integers(len(number_files))], int(random.integers(44, 50)))
    step = random.uniform(550, 575) / 18
    write_number(draw, (340 + dx, 524 + dy), person["id_number"], digits, step, ink)
    return Card("front", np.asarray(image, np.uint8)[:, :, ::-1].copy(), person)


def draw_portrait(draw: ImageDraw.ImageDraw, random: np.random.Generator) -> None:
    """A placeholder: nobody's face."""
    skin, coat = tuple(int(v) for v in random.integers(150, 225, 3)), tuple(int(v) for v in random.integers(20, 130, 3))
    draw.rectangle((640, 90, 915, 440), fill=(240, 240, 242))
    draw.pieslice((655, 330, 900, 620), 180, 360, fill=coat)
    draw.rectangle((640, 441, 915, 520), fill=None)
    draw.ellipse((715, 160, 840, 320), fill=skin)
    draw.pieslice((705, 135, 850, 300), 180, 360, fill=(30, 25, 25))


def draw_back(random: np.random.Generator, person: dict[str, str]) -> Card:
    image = blank_card(random)
    draw = ImageDraw.Draw(image)
    files = font_files(TEXT_FONTS)
    path = files[random.integers(len(files))]
    label, text = font(path, int(random.integers(29, 34))), font(path, int(random.integers(32, 37)))
    ink, dx, dy = (int(random.integers(10, 50)),) * 3, random.uniform(-10, 10), random.uniform(-10, 10)
    draw.ellipse((70, 60, 190, 180), outline=(190, 60, 60), width=6)
    draw.ellipse((100, 90, 160, 150), fill=(200, 80, 80))
    write(draw, (315 + dx, 112 + dy), "中华人民共和国", font(path, 56), ink, 11)
    write(draw, (285 + dx, 215 + dy), "居民身份证", font(path, 82), ink, 26)
    start = int(random.integers(2008, 2024))
    month, day, years = int(random.integers(1, 13)), int(random.integers(1, 29)), int(random.choice([5, 10, 20, 0]))
    end = f"{start + years}.{month:02}.{day:02}" if years else "长期"
    place = PLACES[random.integers(len(PLACES))][1]
    fields = {
        "authority": f"{place[:-3].split('省')[-1]}公安局{place[-3:-1]}分局",
        "valid": f"{start}.{month:02}.{day:02}-{end}",
    }
    for word, value, y in (("签发机关", fields["authority"], 448 + dy), ("有效期限", fields["valid"], 526 + dy)):
        write(draw, (202 + dx, y), word, label, ink, 4)
        write(draw, (405 + dx, y - 1), value, text, ink, 1)
    return Card("back", np.asarray(image, np.uint8)[:, :, ::-1].copy(), fields)
